"""Imports and exports that are jobs of their own

Only adds: a version before this one runs on, and knows nothing of it.
"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
