"""Reply templates, requests for more time, and the numbers by which near copies are found

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = (
    "submitted",
    "under_review",
    "returned_for_more",
    "not_accepted",
    "accepted",
    "assigned",
    "objection",
    "reassigned",
    "upheld",
    "in_progress",
    "extended",
    "reply_drafted",
    "reply_returned",
    "replied",
    "rated",
    "closed",
    "reopened",
    "appeal",
    "final_appeal",
    "archived",
    "merged",
    "transferred",
    "withdrawn",
)
DOMAINS = (
    "urban",
    "rural",
    "transport",
    "environment",
    "education",
    "health",
    "employment",
    "security",
    "government",
    "business",
    "tourism",
    "finance",
    "culture",
    "other",
)


def upgrade() -> None:
    op.add_column("reply", sa.Column("mail_text", sa.Text(), nullable=False, server_default=""))
    _templates()
    _requests()
    op.create_table(
        "reply_band",
        _refers("reply_band", "mailbox_id", "mailbox", "topic_id"),
        sa.Column("band", ID, nullable=False),
        sa.Column(
            "reply_id",
            ID,
            sa.ForeignKey("reply.id", name="fk_reply_band_reply_id_reply", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("mailbox_id", "band", "reply_id", name="pk_reply_band"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reply_band_reply_id", "reply_band", ["reply_id"])


def downgrade() -> None:
    op.drop_table("reply_band")
    op.drop_table("extension_request")
    op.drop_table("reply_template")
    op.drop_column("reply", "mail_text")


def _templates() -> None:
    op.create_table(
        "reply_template",
        sa.Column("id", ID, primary_key=True),
        _refers("reply_template", "mailbox_id", "mailbox", "topic_id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="casestate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "domain", sa.Enum(*DOMAINS, name="domain", native_enum=False, length=32), nullable=True
        ),
        sa.Column("page_text", sa.Text(), nullable=False),
        sa.Column("mail_text", sa.Text(), nullable=False),
        _refers("reply_template", "made_by_id", "person"),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_reply_template_mailbox_state", "reply_template", ["mailbox_id", "state", "id"]
    )


def _requests() -> None:
    op.create_table(
        "extension_request",
        sa.Column("id", ID, primary_key=True),
        _refers("extension_request", "case_id", "case_file"),
        sa.Column("round", ID, nullable=False),
        _refers("extension_request", "asked_by_id", "person"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        _refers("extension_request", "decided_by_id", "person", nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("case_id", "round", name="uq_extension_request_case_id_round"),
    )


def _refers(
    table: str, column: str, to: str, key: str = "id", *, nullable: bool = False
) -> sa.Column:
    return sa.Column(
        column,
        ID,
        sa.ForeignKey(f"{to}.{key}", name=f"fk_{table}_{column}_{to}"),
        nullable=nullable,
    )
