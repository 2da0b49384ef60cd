"""Casework: nothing yet

Only adds: a version before this one runs on, and knows nothing of it.
"""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
