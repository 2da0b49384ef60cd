"""Named groups: the groups of a topic that a person named, for a search by words

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_cluster_topic_named",
        "cluster",
        ["topic_id"],
        sqlite_where=sa.text("named_by_id IS NOT NULL"),
        postgresql_where=sa.text("named_by_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_cluster_topic_named", table_name="cluster")
