"""The queue of background work on PostgreSQL

Only adds: a version before this one runs on, and knows nothing of it.
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
