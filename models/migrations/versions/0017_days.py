"""Days: on which a case came and was answered last, and the sums of mailboxes by single days

Only adds: a version before this one runs on, and knows nothing of it. What that version counts
meanwhile has no days, by which a later one sees that the sums have to be made anew.
"""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

UNDATED = "received_on IS NULL"
#: SQLite is given a function of this name with each connection.
LOCAL_DAY = """
CREATE FUNCTION local_day(moment timestamptz, zone text) RETURNS text LANGUAGE sql STABLE
AS $$ SELECT to_char(moment AT TIME ZONE zone, 'YYYY-MM-DD') $$
"""
FILL = """
UPDATE case_count SET
received_on = (SELECT local_day(created_at, :zone) FROM case_file WHERE id = case_id),
replied_on = (
  SELECT local_day(replied_at, :zone) FROM case_file WHERE id = case_id AND case_count.replied = 1
)
"""
#: Dimension → the day by which it sums up.
DAILY = {"received": "received_on", "replied": "replied_on"}
MEASURES = (
    "received",
    "valid",
    "refused",
    "withdrawn",
    "passed_on",
    "accepted",
    "joined",
    "replied",
    "closed",
    "reopened",
    "appeals",
    "returned",
    "excluded",
    "excluded_replied",
    "on_time",
    "transfers",
    "rated",
    "solved",
    "satisfied",
    "asked_for_praise",
)
PLACE = "dimension, topic_id, unit_id, month, key"
#: A second reply is one although nothing else that is counted may change with it.
TRIGGER = "case_change_replied"
AFTER = (
    f"CREATE TRIGGER {TRIGGER} AFTER UPDATE ON case_file FOR EACH ROW "
    "WHEN (OLD.replied_at IS DISTINCT FROM NEW.replied_at) "
)
MARK = "INSERT INTO case_change (case_id) SELECT NEW.id"


def upgrade() -> None:
    op.add_column("case_count", sa.Column("received_on", sa.String(length=10), nullable=True))
    op.add_column("case_count", sa.Column("replied_on", sa.String(length=10), nullable=True))
    op.create_index(
        "ix_case_count_undated",
        "case_count",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text(UNDATED),
        postgresql_where=sa.text(UNDATED),
    )
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(LOCAL_DAY)
        connection.exec_driver_sql(
            f"CREATE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {MARK}; RETURN NULL; END $$"
        )
        connection.exec_driver_sql(f"{AFTER}EXECUTE FUNCTION {TRIGGER}()")
    else:
        connection.exec_driver_sql(f"{AFTER}BEGIN {MARK}; END")
    connection.execute(sa.text(FILL), {"zone": current_app.config["TIME_ZONE"]})
    names, sums = ", ".join(MEASURES), ", ".join(f"sum({name})" for name in MEASURES)
    for dimension, day in DAILY.items():
        where = f"'{dimension}', topic_id, 0, substr({day}, 1, 7), {day}"
        op.execute(
            f"INSERT INTO case_tally ({PLACE}, {names}) SELECT {where}, {sums} "  # noqa: S608
            f"FROM case_count WHERE {day} IS NOT NULL GROUP BY topic_id, {day}"
        )
        op.execute(
            f"INSERT INTO case_days ({PLACE}, days, amount) "  # noqa: S608
            f"SELECT {where}, days, count(*) "
            f"FROM case_count WHERE {day} IS NOT NULL AND days IS NOT NULL "
            f"GROUP BY topic_id, {day}, days"
        )


def downgrade() -> None:
    connection = op.get_bind()
    for table in ("case_tally", "case_days"):
        op.execute(f"DELETE FROM {table} WHERE dimension IN ('received', 'replied')")  # noqa: S608
    if connection.dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {TRIGGER} ON case_file")
        op.execute(f"DROP FUNCTION {TRIGGER}()")
        op.execute("DROP FUNCTION local_day(timestamptz, text)")
    else:
        op.execute(f"DROP TRIGGER {TRIGGER}")
    op.drop_index(
        "ix_case_count_undated",
        table_name="case_count",
        sqlite_where=sa.text(UNDATED),
        postgresql_where=sa.text(UNDATED),
    )
    op.drop_column("case_count", "replied_on")
    op.drop_column("case_count", "received_on")
