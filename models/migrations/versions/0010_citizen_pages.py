"""Citizen pages: nothing yet

Only adds: a version before this one runs on, and knows nothing of it.
"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
