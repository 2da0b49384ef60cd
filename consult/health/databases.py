"""The database: whether it answers, is of the right kind, up to date, and tells the right time."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from consult.health.findings import Finding, failure, skipped, warning, well
from consult.migrating import revisions

#: Oldest PostgreSQL that the tests run on is newer; this one still has all that is used.
OLDEST = 16
#: Clocks of two machines that differ by more put windows and codes at the wrong moment.
DRIFT = timedelta(seconds=5)
#: A write-ahead log of SQLite that grows beyond this is not being taken over.
LARGE_LOG = 256 * 1024 * 1024

Look = Callable[[Connection], Finding]


def findings(engine: Engine, migrations: str, *, now: datetime) -> Iterator[Finding]:
    """All that can be said of the database; the first failure to connect ends it."""
    looks: list[Look] = [
        _kind,
        lambda connection: schema(connection, migrations),
        extension,
        lambda connection: _clock(connection, now),
        _writes,
    ]
    try:
        with engine.connect() as connection:
            for look in looks:
                yield look(connection)
                connection.rollback()
    except (SQLAlchemyError, OSError) as error:
        yield away(engine, error)


def away(engine: Engine, error: BaseException) -> Finding:
    """Why it cannot be reached, without its password."""
    cause = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    where = engine.url.render_as_string(hide_password=True)
    return failure("database", f"{where}: {cause}", _what_to_do(cause))


def _what_to_do(cause: str) -> str:
    if "password" in cause or "authentication" in cause:
        return "Correct user and password in DATABASE_URL."
    if "does not exist" in cause:
        return "Create it: createdb -O USER -E UTF8 NAME, then: consult db upgrade"
    if "disk" in cause or "No space" in cause:
        return "Free space where the database lies."
    if "malformed" in cause or "not a database" in cause:
        return "The file is damaged: put the last backup in its place (docs/operations.md)."
    return "Start the database, and see that DATABASE_URL names its host, port and name."


def _kind(connection: Connection) -> Finding:
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        version = connection.execute(text("SELECT sqlite_version()")).scalar()
        if found != "ok":
            return failure("database", f"SQLite says: {found}", _what_to_do("malformed"))
        return well("database", f"SQLite {version}, undamaged")
    version = connection.execute(text("SHOW server_version")).scalar_one()
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        return failure(
            "database", f"its encoding is {encoding}", "Create it anew: createdb -E UTF8 …"
        )
    if int(version.split(".")[0]) < OLDEST:
        return failure("database", f"PostgreSQL {version}", f"Use PostgreSQL {OLDEST} or newer.")
    return well("database", f"PostgreSQL {version}, {encoding}")


def schema(connection: Connection, migrations: str) -> Finding:
    """Whether the tables are those of this release, or of a newer one, which are safe for it."""
    known = revisions(migrations)
    try:
        at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        if "alembic_version" not in str(error.orig):
            raise
        connection.rollback()
        at = None
    head = known[0]
    if at == head:
        return well("migrations", f"at {at}")
    if at is None:
        return failure("migrations", "there are no tables", "consult db upgrade")
    if at in known:
        return failure("migrations", f"at {at}, this release needs {head}", "consult db upgrade")
    return warning("migrations", f"at {at}, newer than this release", "Finish the upgrade.")


def extension(connection: Connection) -> Finding:
    """Whether pgvector is there."""
    if connection.dialect.name != "postgresql":
        return skipped("pgvector", "SQLite searches in memory")
    version = connection.execute(
        text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    ).scalar()
    if version is None:
        return failure(
            "pgvector",
            "not in this database",
            "Install the package (postgresql-NN-pgvector), then as its owner or a superuser: "
            "CREATE EXTENSION vector",
        )
    return well("pgvector", version)


def _clock(connection: Connection, now: datetime) -> Finding:
    if connection.dialect.name != "postgresql":
        return skipped("database clock", "SQLite has none of its own")
    theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs(theirs.astimezone(UTC) - datetime.now(UTC))
    if apart > DRIFT:
        return failure(
            "database clock",
            f"{apart.total_seconds():.0f} s from this machine's",
            "Have both machines take their time from NTP (chrony, systemd-timesyncd).",
        )
    return well("database clock", f"{apart.total_seconds():.1f} s from this machine's")


def _writes(connection: Connection) -> Finding:
    if connection.dialect.name == "postgresql":
        if connection.execute(text("SELECT pg_is_in_recovery()")).scalar():
            return failure("writing", "this is a read replica", "Name the primary in DATABASE_URL.")
        return well("writing", "it takes writes")
    connection.execute(text("CREATE TABLE doctor (one INTEGER)"))  # undone by the roll-back
    return _log_of_sqlite(connection)


def _log_of_sqlite(connection: Connection) -> Finding:
    file = make_url(str(connection.engine.url)).database or ""
    try:
        size = Path(f"{file}-wal").stat().st_size
    except OSError:
        size = 0
    if size > LARGE_LOG:
        return warning(
            "writing",
            f"the log beside the database has {size >> 20} MB",
            "Some process keeps an old snapshot open: restart the platform.",
        )
    return well("writing", "it takes writes")
