"""Case notices: what was told of cases, to whom, and the pages to duty officers

Only adds: a version before this one runs on, and knows nothing of it. What happened before counts
as told: nobody gets a letter for each step of the past.
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN_PAGE = sa.text("acknowledged_at IS NULL AND lifted_at IS NULL")
UNTOLD = sa.text("told_at IS NULL")
RUNNING = sa.text("stopped_at IS NULL AND warned <> 'supervisor'")
#: Column of a notice → the table it leads to.
ABOUT = {
    "case_id": "case_file",
    "step_id": "case_step",
    "clock_id": "case_clock",
    "duty_page_id": "duty_page",
}


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine[object]:
    return models.base.UTCDateTime()


def _duty_page() -> None:
    op.create_table(
        "duty_page",
        sa.Column("id", _id(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("mailbox_id", _id(), nullable=False),
        sa.Column("case_id", _id(), nullable=True),
        sa.Column(
            "cause",
            sa.Enum("urgent_case", "surge", name="dutycause", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("officer_id", _id(), nullable=True),
        sa.Column("raised", _id(), nullable=False),
        sa.Column("raised_at", _moment(), nullable=True),
        sa.Column("acknowledged_at", _moment(), nullable=True),
        sa.Column("acknowledged_by_id", _id(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("lifted_at", _moment(), nullable=True),
        sa.Column("created_at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.topic_id"], name="fk_duty_page_mailbox_id_mailbox"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name="fk_duty_page_case_id_case_file"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["person.id"], name="fk_duty_page_officer_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["person.id"], name="fk_duty_page_acknowledged_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_duty_page"),
        sa.UniqueConstraint("key", name="uq_duty_page_key"),
    )
    op.create_index(
        "ix_duty_page_open",
        "duty_page",
        ["id"],
        sqlite_where=OPEN_PAGE,
        postgresql_where=OPEN_PAGE,
    )
    op.create_index("ix_duty_page_mailbox", "duty_page", ["mailbox_id", "created_at"])
    op.create_index("ix_duty_page_case_id", "duty_page", ["case_id"])
    op.create_index("ix_duty_page_officer_id", "duty_page", ["officer_id"])


def upgrade() -> None:
    _duty_page()
    for table in ("case_file", "case_step"):
        op.add_column(table, sa.Column("told_at", _moment(), nullable=True))
        op.execute(f"UPDATE {table} SET told_at = created_at")  # noqa: S608 - a name of ours
        op.create_index(
            f"ix_{table}_untold", table, ["id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD
        )
    op.add_column("case_clock", sa.Column("warn_at", _moment(), nullable=True))
    op.create_index(
        "ix_case_clock_warn",
        "case_clock",
        ["warn_at"],
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
    for column, table in ABOUT.items():
        leads_to = sa.ForeignKey(f"{table}.id", name=f"fk_notice_{column}_{table}")
        op.add_column(
            "notice", sa.Column(column, _id(), leads_to, nullable=True), inline_references=True
        )
    op.create_index("ix_notice_case_id", "notice", ["case_id"])


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE case_id IS NOT NULL OR duty_page_id IS NOT NULL")
    op.drop_index("ix_notice_case_id", "notice")
    for column in ABOUT:
        op.drop_column("notice", column)
    op.drop_index("ix_case_clock_warn", "case_clock")
    op.drop_column("case_clock", "warn_at")
    for table in ("case_step", "case_file"):
        op.drop_index(f"ix_{table}_untold", table)
        op.drop_column(table, "told_at")
    op.drop_table("duty_page")
