"""what a topic learnt from its staff about likeness"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('topic', sa.Column('calibration', sa.JSON(), nullable=True))


def downgrade() -> None:
    # by itself, not in a batch: that would drop a table that others point to
    op.drop_column('topic', 'calibration')
