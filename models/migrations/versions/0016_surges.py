"""Surges: arrivals by the hour and alarms; consultations that were opened on a group of messages

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "surge_count",
        sa.Column("topic_id", ID, nullable=False),
        sa.Column(
            "about",
            sa.Enum(
                "mailbox",
                "domain",
                "region",
                "unit",
                "group",
                name="surgeabout",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["mailbox.topic_id"], name="fk_surge_count_topic_id_mailbox"
        ),
        sa.PrimaryKeyConstraint("topic_id", "about", "key", "hour", name="pk_surge_count"),
    )
    op.create_index("ix_surge_count_topic_hour", "surge_count", ["topic_id", "hour"], unique=False)
    op.create_table(
        "surge_watch",
        sa.Column("topic_id", ID, autoincrement=False, nullable=False),
        sa.Column("counted_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["mailbox.topic_id"], name="fk_surge_watch_topic_id_mailbox"
        ),
        sa.PrimaryKeyConstraint("topic_id", name="pk_surge_watch"),
    )
    op.create_table(
        "topic_origin",
        sa.Column("topic_id", ID, autoincrement=False, nullable=False),
        sa.Column("cluster_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_count", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name="fk_topic_origin_cluster_id_cluster"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_topic_origin_person_id_person"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_origin_topic_id_topic"),
        sa.PrimaryKeyConstraint("topic_id", name="pk_topic_origin"),
    )
    op.create_index("ix_topic_origin_cluster_id", "topic_origin", ["cluster_id"], unique=False)
    op.create_table(
        "surge_alarm",
        sa.Column("id", ID, nullable=False),
        sa.Column("topic_id", ID, nullable=False),
        sa.Column(
            "about",
            sa.Enum(
                "mailbox",
                "domain",
                "region",
                "unit",
                "group",
                name="surgeabout",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "none",
                "blue",
                "yellow",
                "orange",
                "red",
                name="level",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "peak",
            sa.Enum(
                "none",
                "blue",
                "yellow",
                "orange",
                "red",
                name="level",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "told",
            sa.Enum(
                "none",
                "blue",
                "yellow",
                "orange",
                "red",
                name="level",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hours", ID, nullable=False),
        sa.Column("count", ID, nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.Column("alike", sa.Double(), nullable=False),
        sa.Column("negative", sa.Double(), nullable=False),
        sa.Column("raised_by", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("part_of_id", ID, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "real", "explained", "false", name="surgeverdict", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("joint_case_id", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name="fk_surge_alarm_ended_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["joint_case_id"], ["case_file.id"], name="fk_surge_alarm_joint_case_id_case_file"
        ),
        sa.ForeignKeyConstraint(
            ["part_of_id"], ["surge_alarm.id"], name="fk_surge_alarm_part_of_id_surge_alarm"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["mailbox.topic_id"], name="fk_surge_alarm_topic_id_mailbox"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_surge_alarm"),
    )
    op.create_index("ix_surge_alarm_joint_case_id", "surge_alarm", ["joint_case_id"], unique=False)
    op.create_index("ix_surge_alarm_part_of_id", "surge_alarm", ["part_of_id"], unique=False)
    op.create_index(
        "ix_surge_alarm_topic_created", "surge_alarm", ["topic_id", "created_at"], unique=False
    )
    op.create_index(
        "uq_surge_alarm_open",
        "surge_alarm",
        ["topic_id", "about", "key"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "surge_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("alarm_id", ID, nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "none",
                "blue",
                "yellow",
                "orange",
                "red",
                name="level",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hours", ID, nullable=False),
        sa.Column("count", ID, nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name="fk_surge_step_actor_id_person"),
        sa.ForeignKeyConstraint(
            ["alarm_id"], ["surge_alarm.id"], name="fk_surge_step_alarm_id_surge_alarm"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_surge_step"),
    )
    op.create_index("ix_surge_step_alarm_id", "surge_step", ["alarm_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_surge_step_alarm_id", table_name="surge_step")
    op.drop_table("surge_step")
    op.drop_index(
        "uq_surge_alarm_open",
        table_name="surge_alarm",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_surge_alarm_topic_created", table_name="surge_alarm")
    op.drop_index("ix_surge_alarm_part_of_id", table_name="surge_alarm")
    op.drop_index("ix_surge_alarm_joint_case_id", table_name="surge_alarm")
    op.drop_table("surge_alarm")
    op.drop_index("ix_topic_origin_cluster_id", table_name="topic_origin")
    op.drop_table("topic_origin")
    op.drop_table("surge_watch")
    op.drop_index("ix_surge_count_topic_hour", table_name="surge_count")
    op.drop_table("surge_count")
