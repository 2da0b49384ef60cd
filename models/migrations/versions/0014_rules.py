"""Rules of triage, what was learned of dispatch, who ended a row of the catalogue

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOW = sa.text("ended_at IS NULL")
KINDS = ("advice", "question", "help", "complaint", "report", "praise")
DOMAINS = (
    *("urban", "rural", "transport", "environment", "education", "health", "employment"),
    *("security", "government", "business", "tourism", "finance", "culture", "other"),
)
URGENCIES = ("routine", "pressing", "supply", "danger")


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "triage_rule",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("house", sa.String(length=32), nullable=False),
        sa.Column("any_of", sa.Text(), nullable=False),
        sa.Column("and_of", sa.Text(), nullable=False),
        sa.Column("none_of", sa.Text(), nullable=False),
        sa.Column("kind", _one_of(KINDS, "suggestionkind"), nullable=True),
        sa.Column("domain", _one_of(DOMAINS, "domain"), nullable=True),
        sa.Column("urgency", _one_of(URGENCIES, "urgency"), nullable=False),
        sa.Column("at_most", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.topic_id"], name="fk_triage_rule_mailbox_id_mailbox"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name="fk_triage_rule_made_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name="fk_triage_rule_ended_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_triage_rule"),
    )
    op.create_index(
        "ix_triage_rule_standing",
        "triage_rule",
        ["mailbox_id"],
        sqlite_where=NOW,
        postgresql_where=NOW,
    )
    op.create_table(
        "dispatch_model",
        sa.Column("mailbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("last_assignment_id", ID, nullable=False),
        sa.Column("cases", ID, nullable=False),
        sa.Column("tried", ID, nullable=False),
        sa.Column("first_right", ID, nullable=False),
        sa.Column("among_three", ID, nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.topic_id"], name="fk_dispatch_model_mailbox_id_mailbox"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", name="pk_dispatch_model"),
    )
    op.add_column(
        "triage_word", sa.Column("unless", sa.Text(), server_default="", nullable=False)
    )
    person = sa.ForeignKey("person.id", name="fk_dispatch_rule_ended_by_id_person")
    op.add_column(
        "dispatch_rule",
        sa.Column("ended_by_id", ID, person, nullable=True),
        inline_references=True,
    )


def downgrade() -> None:
    op.drop_column("dispatch_rule", "ended_by_id")
    op.drop_column("triage_word", "unless")
    op.drop_table("dispatch_model")
    op.drop_index("ix_triage_rule_standing", "triage_rule")
    op.drop_table("triage_rule")
