"""Counts that pages read instead of counting

Only adds: a version before this one runs on, and knows nothing of it.
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
