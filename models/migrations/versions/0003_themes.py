"""Themes above groups, and campaigns on groups

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EVENTS = ("born", "grew", "shrank", "split", "merged", "retired", "revived")
CLUSTER_COLUMNS = {
    "theme_held_at": sa.DateTime(timezone=True),
    "copy_count": ID,
    "copy_text_count": ID,
    "copy_people_count": ID,
    "copy_source_share": sa.Double(),
    "burst_from": sa.DateTime(timezone=True),
    "burst_to": sa.DateTime(timezone=True),
    "burst_count": ID,
    "burst_expected": sa.Double(),
}
INDEX = "ix_cluster_topic_theme"


def upgrade() -> None:
    op.create_table(
        "theme",
        sa.Column("id", ID, nullable=False),
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_auto", sa.Text(), nullable=False),
        sa.Column("named_by_id", ID, nullable=True),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_into_id", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.ForeignKeyConstraint(["named_by_id"], ["person.id"], name="fk_theme_named_by_id_person"),
        sa.ForeignKeyConstraint(
            ["retired_into_id"], ["theme.id"], name="fk_theme_retired_into_id_theme"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_theme_topic_id_topic"),
        sa.PrimaryKeyConstraint("id", name="pk_theme"),
    )
    op.create_index("ix_theme_topic", "theme", ["topic_id", "retired_at"])
    op.create_table(
        "theme_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("theme_id", ID, nullable=False),
        sa.Column(
            "event",
            sa.Enum(*EVENTS, name="lineageevent", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("other_id", ID, nullable=True),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("size_before", ID, nullable=False),
        sa.Column("size_after", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["theme.id"], name="fk_theme_step_other_id_theme"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_theme_step_person_id_person"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_theme_step_run_id_run"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_theme_step_theme_id_theme"),
        sa.PrimaryKeyConstraint("id", name="pk_theme_step"),
    )
    op.create_index("ix_theme_step_theme", "theme_step", ["theme_id", "id"])
    op.create_index("ix_theme_step_run_id", "theme_step", ["run_id"])
    # The reference stands in the column itself: SQLite cannot add one later without writing the
    # table anew, which a table that others refer to does not survive.
    theme = sa.ForeignKey("theme.id", name="fk_cluster_theme_id_theme")
    op.add_column(
        "cluster", sa.Column("theme_id", ID, theme, nullable=True), inline_references=True
    )
    for name, kind in CLUSTER_COLUMNS.items():
        op.add_column("cluster", sa.Column(name, kind, nullable=True))
    op.create_index(INDEX, "cluster", ["topic_id", "retired_at", "theme_id", "suggestion_count"])


def downgrade() -> None:
    op.drop_index(INDEX, "cluster")
    for name in reversed(CLUSTER_COLUMNS):
        op.drop_column("cluster", name)
    op.drop_column("cluster", "theme_id")
    op.drop_table("theme_step")
    op.drop_table("theme")
