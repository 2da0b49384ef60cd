"""Vectors that PostgreSQL searches, and words that are found by pairs of characters

Only adds: a version before this one runs on, and knows nothing of it.
"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
