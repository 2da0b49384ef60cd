"""Imports and exports that are jobs of their own

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("queued", "running", "finished", "failed", "cancelled")


def upgrade() -> None:
    kind = sa.Enum("import", "export", name="transferkind", native_enum=False, length=32)
    state = sa.Enum(*STATES, name="transferstate", native_enum=False, length=32)
    op.create_table(
        "transfer",
        sa.Column("id", ID, primary_key=True),
        sa.Column(
            "topic_id",
            ID,
            sa.ForeignKey("topic.id", name="fk_transfer_topic_id_topic"),
            nullable=False,
        ),
        sa.Column("kind", kind, nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column(
            "started_by_id",
            ID,
            sa.ForeignKey("person.id", name="fk_transfer_started_by_id_person"),
            nullable=True,
        ),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("checked_sha256", sa.String(64), nullable=True),
        sa.Column("report_sha256", sa.String(64), nullable=True),
        sa.Column("position", ID, nullable=False),
        sa.Column("done", ID, nullable=False),
        sa.Column("total", ID, nullable=True),
        sa.Column("added", ID, nullable=False),
        sa.Column("known", ID, nullable=False),
        sa.Column("refused", ID, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_params", sa.JSON(), nullable=False),
        sa.Column("worker", sa.String(128), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_transfer_topic_id_id", "transfer", ["topic_id", "id"])
    op.create_index("ix_transfer_state", "transfer", ["state"])


def downgrade() -> None:
    op.drop_table("transfer")
