"""PostgreSQL keeps the plans of statements that say so, and forgets nothing that was read; SQLite has none."""

import pytest
from sqlalchemy import func, select, table, text, update

from consult.extensions import db, reading
from models.suggestion import Suggestion

pytestmark = pytest.mark.server

PLANS = select(func.count()).select_from(table("pg_prepared_statements"))
PLACES = select(Suggestion.place)


@pytest.fixture(params=[True, False], ids=["reading", "writing"])
def connection(request, session, make):
    make.suggestion()
    session.commit()
    before = reading.set(request.param)
    with db.engine.connect() as found:
        yield found
        found.rollback()
    reading.reset(before)


def test_only_what_says_so_is_planned_once_and_stays_so_after_reading(connection):
    connection.execute(PLACES.where(Suggestion.id == 1))
    assert connection.scalar(PLANS) == 0

    for _ in range(2):
        connection.execute(PLACES, execution_options={"planned_once": True})
        assert connection.scalar(PLANS) == 1
        connection.rollback()

    assert connection.scalar(PLANS) == int(reading.get())


@pytest.mark.parametrize(
    "change", [update(Suggestion).values(place="x"), text("UPDATE suggestion SET place = 'x'")]
)
def test_what_was_written_is_undone_by_a_rollback_even_where_one_only_reads(connection, change):
    connection.execute(PLACES)
    connection.execute(change)
    connection.rollback()

    assert connection.scalars(PLACES).all() == [""]


def test_after_a_failed_statement_reading_goes_on(connection):
    with pytest.raises(Exception, match="division by zero"):
        connection.execute(select(Suggestion.id / 0))
    connection.rollback()

    assert connection.scalars(PLACES).all() == [""]
