"""The drills in short. Each starts real processes, kills them for good, and must find nothing wrong."""

from itertools import count

import pytest

from tests.drills import kill, order, race, rush
from tests.drills.stage import Stage

DATABASES = ["postgresql", "sqlite"]
NUMBERS = count(1)
pytestmark = pytest.mark.slow


@pytest.fixture
def stage(open_folder):
    """Stages of a test, ended with it."""
    stages = []

    def begin(**options):
        stages.append(Stage(open_folder / f"stage{next(NUMBERS)}", **options))
        return stages[-1]

    yield begin
    for one in stages:
        one.stop()


@pytest.mark.parametrize("database", DATABASES)
def test_a_minute_of_kills_loses_and_doubles_nothing(stage, database):
    facts, wrong = kill.drill(stage(database=database), seconds=60, kills=20)

    assert not any(wrong.values()), (wrong, facts)
    assert sum(facts["kills"].values()) >= 10
    assert sum(facts["acknowledged"].values()) >= 20


def test_a_rush_is_answered_without_a_fault(stage):
    rows, wrong, facts = rush.drill(stage(), rate=3, seconds=20, suggestions=50)

    assert not any(wrong.values()), (wrong, facts)
    assert sum(row["a second"] for row in rows) > 20


@pytest.mark.parametrize("database", DATABASES)
def test_whoever_presses_twenty_times_at_once_counts_once(stage, database):
    rows, wrong = race.drill(
        stage(database=database, encoder="hashing"), times=3, people=25, each=20
    )

    assert [row["right"] for row in rows] == ["yes"] * 3
    assert not any(wrong.values()), wrong


@pytest.mark.parametrize("database", DATABASES)
def test_the_order_of_arrival_changes_no_group(tmp_path, database):
    rows = order.drill(times=4, size=60, encoder="hashing", folder=tmp_path, database=database)

    assert sum(row["kills"] for row in rows) > 0
    assert sum(row["groups"] for row in rows) > 40
    assert not any(row["other groups"] + row["other groups later"] for row in rows), rows
    assert not any(row["answers lost"] for row in rows)
