"""Counts the statements that reach the database, so that a test can bound them."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import event


@dataclass
class Queries:
    """The statements so far, in order."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self):
        return len(self.statements)


@contextmanager
def counted_queries(session):
    """Count what ``session``'s database is asked inside the block, by whichever session.

    Statements that only hold transactions together are left out.
    """
    queries, engine = Queries(), session.get_bind()

    def note(connection, cursor, statement, *rest):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "PRAGMA", "SET ")):
            queries.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(engine, "before_cursor_execute", note)
