"""Twenty identical requests at the same moment: one support. And the check would see it otherwise."""

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from consult.services.suggesting import supports
from models.person import Person
from models.suggestion import Suggestion
from tests.drills.race import counted


@pytest.fixture
def pressed(session, make, now, at_once):
    """Five people press six times each, all at once; rows, people and what the counter says."""

    def press():
        suggestion = make.suggestion().id
        people = [make.person().id for _ in range(5)]

        def give(other, person):
            supports.give(
                other,
                suggestion=other.get_one(Suggestion, suggestion),
                person=other.get_one(Person, person),
                now=now,
            )

        at_once(give, people * 6)
        return counted(session, suggestion)

    return press


def drop_the_key(session):
    """Take away what makes a support unique: the key of its table."""
    session.commit()
    with session.get_bind().begin() as connection:
        if connection.dialect.name == "sqlite":  # triggers may name a table while it is made anew
            connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("support", recreate="auto") as support:
            support.drop_constraint("pk_support", type_="primary")


def test_all_rows_and_the_counter_agree(pressed):
    assert pressed() == (5, 5, 5)


def test_without_the_key_of_the_table_the_same_check_fails(session, pressed):
    drop_the_key(session)

    rows, people, counter = pressed()

    assert people == 5
    assert rows > 5
    assert counter > 5
