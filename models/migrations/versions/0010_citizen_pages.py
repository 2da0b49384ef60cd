"""Citizen pages: what a mailbox answered last, and how fast

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_case_file_answered",
        "case_file",
        ["topic_id", "replied_at", "id", "days_taken", "on_time", "excluded_at"],
        sqlite_where=sa.text("confidential IS 0 AND replied_at IS NOT NULL"),
        postgresql_where=sa.text("confidential IS false AND replied_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_file_answered", table_name="case_file")
