"""what a topic learnt from its staff about likeness"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("topic", sa.Column("calibration", sa.JSON(), nullable=True))


def downgrade() -> None:
    # Not in a batch: that would write the table anew, which others refer to.
    op.drop_column("topic", "calibration")
