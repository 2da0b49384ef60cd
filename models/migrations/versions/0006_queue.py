"""Workers, what fails, and on PostgreSQL the queue that procrastinate keeps

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
#: The last migration of procrastinate that belongs to ours. A later one comes with one of ours.
LAST = "03.04.00_50"


def upgrade() -> None:
    op.add_column(
        "job_report", sa.Column("seconds", sa.Double(), nullable=False, server_default="0")
    )
    op.add_column("job_report", sa.Column("failures", ID, nullable=False, server_default="0"))
    op.add_column("run", sa.Column("interruptions", ID, nullable=False, server_default="0"))
    op.create_table(
        "job_trouble",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("part", ID, autoincrement=False, nullable=False),
        sa.Column("failures", ID, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", "part", name=op.f("pk_job_trouble")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", ID, nullable=False),
        sa.Column("embedded", sa.Boolean(), nullable=False),
        sa.Column("lanes", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("turns", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_index(op.f("ix_worker_beat_at"), "worker", ["beat_at"])
    if op.get_bind().dialect.name == "postgresql":
        _make_queue()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _drop_queue()
    op.drop_index(op.f("ix_worker_beat_at"), "worker")
    op.drop_table("worker")
    op.drop_table("job_trouble")
    op.drop_column("run", "interruptions")
    op.drop_column("job_report", "failures")
    op.drop_column("job_report", "seconds")


def _make_queue() -> None:
    """Apply procrastinate's own migrations one by one, so that its version makes no difference."""
    from procrastinate.schema import migrations_path  # noqa: PLC0415 - on PostgreSQL only

    connection = op.get_bind().connection.dbapi_connection
    for path in sorted(migrations_path.glob("*.sql")):
        if path.name[: len(LAST)] <= LAST:
            connection.execute(path.read_text(encoding="utf-8"))


def _drop_queue() -> None:
    ours = "starts_with({}, 'procrastinate_') AND {} = current_schema()::regnamespace"
    for kind, name, table, where in (
        (
            "TABLE",
            "oid::regclass",
            "pg_class",
            ours.format("relname", "relnamespace") + " AND relkind = 'r'",
        ),
        ("FUNCTION", "oid::regprocedure", "pg_proc", ours.format("proname", "pronamespace")),
        (
            "TYPE",
            "oid::regtype",
            "pg_type",
            ours.format("typname", "typnamespace") + " AND typtype IN ('e', 'c')",
        ),
    ):
        for (found,) in (
            op.get_bind().exec_driver_sql(f"SELECT {name}::text FROM {table} WHERE {where}").all()
        ):
            op.execute(f"DROP {kind} {found} CASCADE")
