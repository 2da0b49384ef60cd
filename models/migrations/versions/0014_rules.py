"""Rules: nothing yet

Only adds: a version before this one runs on, and knows nothing of it.
"""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
