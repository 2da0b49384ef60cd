"""Each migration, step by step with one row of everything: nothing of the tables before is lost, and the
release before it, which knows only its own columns, reads and writes on with the newer tables."""

import itertools

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from consult.extensions import db
from consult.services.records import recounting
from tests.web.world import World

#: From each to the next; the first is the release that ran before workers and transfers came.
REVISIONS = ["0004", "0005", "0006", "0007", "0008"]
STEPS = list(itertools.pairwise(REVISIONS))
#: What each process notes of itself, and Alembic of the tables.
FLEETING = {"alembic_version"}


@pytest.fixture
def world(make, session):
    """One row of everything, at the newest tables."""
    World(make)
    session.commit()
    session.close()


def tables():
    """The tables as they are now: what the release of this revision knows."""
    metadata = sa.MetaData()
    metadata.reflect(db.engine)
    ours = [table for table in metadata.sorted_tables if not table.name.startswith("procrastinate")]
    return [table for table in ours if table.name not in FLEETING]


def rows_of(known):
    """Every row through the columns of ``known``, by table."""
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table)).mappings()))
            for table in known
        }


def content(known):
    """The rows themselves, to be written again."""
    with db.engine.connect() as connection:
        return [
            (table, [dict(row) for row in connection.execute(sa.select(table)).mappings()])
            for table in known
        ]


def differences(session):
    return sorted(map(repr, recounting.differences(session)))


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_up_keeps_every_row_of_the_tables_before(session, world, before, after):
    downgrade(revision=before)
    known = tables()
    kept = rows_of(known)

    upgrade(revision=after)

    assert rows_of(known) == kept
    assert sum(map(len, kept.values())) > 30


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_down_and_up_again_leaves_the_tables_before_as_they_were(session, world, before, after):
    downgrade(revision=after)
    downgrade(revision=before)
    known = tables()
    kept = rows_of(known)

    upgrade(revision=after)
    downgrade(revision=before)

    assert rows_of(known) == kept


@pytest.mark.parametrize("before", REVISIONS[:-1])
def test_the_release_before_writes_and_reads_with_the_newest_tables(session, world, before):
    expected = differences(session)
    session.close()
    downgrade(revision=before)
    known = tables()
    kept, written = rows_of(known), content(known)
    downgrade(revision="base")
    upgrade()

    with db.engine.begin() as connection:
        for table, rows in written:
            connection.execute(sa.delete(table))  # what triggers made of the rows before
            if rows:
                connection.execute(sa.insert(table), rows)

    assert rows_of(known) == kept
    assert differences(session) == expected
