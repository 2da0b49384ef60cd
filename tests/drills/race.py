"""`python -m tests.drills.race`: everybody presses the same button at the same moment, many times.

500 people support one suggestion, each with twenty identical requests side by side, or with
support and take-back in any order and a last support. However they interleave: 500 rows, and
a counter that says 500. Through the site, over HTTP, against the processes of production.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import click
from sqlalchemy import func, select

from models.suggestion import Suggestion, Support
from models.topic import Topic
from tests.benchmarks.report import show
from tests.drills import reckoning
from tests.drills.citizens import NoAnswer, signed_in
from tests.drills.stage import staged

#: Connections that press at once; more only wait in the queue of the web server.
AT_ONCE = 48


def presses(people, each, chance):
    """Who presses what, in a random order: (person, wanted); identical or toggling by turns."""
    toggling = chance.random() < 0.5
    pressed = [
        (person, chance.random() < 0.5 if toggling else True)
        for person in range(people)
        for _ in range(each - 1)
    ]
    chance.shuffle(pressed)
    return pressed


def race(citizens, suggestion, *, each, chance):
    """Let all press, and in the end everybody once more for it; what was not answered well."""
    faults = Counter()

    def press(turn):
        person, wanted = turn
        citizen = replace(citizens[person], _line=None)
        try:
            citizen.support(suggestion, wanted=wanted)
        except (NoAnswer, AssertionError) as fault:
            faults[str(fault)[:80]] += 1
        finally:
            citizen.leave()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(press, presses(len(citizens), each, chance)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(press, [(person, True) for person in range(len(citizens))]))
    return faults


def counted(session, suggestion):
    """Rows, people among them, and what the counter says: three numbers that must be equal."""
    rows = session.scalar(select(func.count()).where(Support.suggestion_id == suggestion))
    people = session.scalar(
        select(func.count(Support.person_id.distinct())).where(Support.suggestion_id == suggestion)
    )
    counter = session.scalar(select(Suggestion.support_count).where(Suggestion.id == suggestion))
    return rows, people, counter


def arrange(stage, people):
    with stage.rows() as (session, make):
        topic = make.topic()
        persons = [make.person() for _ in range(people)]
        return topic.id, signed_in(session, persons, url=stage.url)


def another(stage, topic, number):
    """A fresh suggestion to press for."""
    with stage.rows(first=10_000 + 10 * number) as (session, make):
        return make.suggestion(session.get_one(Topic, topic)).id


def drill(stage, *, times, people, each, seed=1):
    """A row for each time: what was counted, and whether it is right."""
    chance = random.Random(seed)
    topic, citizens = arrange(stage, people)
    stage.start()
    rows = []
    for number in range(times):
        suggestion = another(stage, topic, number)
        faults = race(citizens, suggestion, each=each, chance=chance)
        with stage.rows() as (session, _make):
            found = counted(session, suggestion)
        rows.append(
            {
                "time": number + 1,
                "rows": found[0],
                "people": found[1],
                "counter": found[2],
                "unanswered": faults.total(),
                "right": "yes" if found == (people, people, people) else "NO",
            }
        )
        if faults:
            print(dict(faults.most_common(3)))
    with stage.rows() as (session, _make):
        wrong = reckoning.inconsistent(session)
    return rows, wrong


@click.command()
@click.option("--times", default=100, show_default=True)
@click.option("--people", default=500, show_default=True)
@click.option("--each", default=20, show_default=True, help="Presses of one person at once.")
@click.option("--database", type=click.Choice(["postgresql", "sqlite"]), default="postgresql")
@click.option("--seed", default=1, show_default=True)
@click.option("--keep", is_flag=True, help="Leave data and logs where they are, and say where.")
def main(times, people, each, database, seed, keep):
    """Let all press at once; the exit status says whether every count is right."""
    with staged(database=database, encoder="hashing", keep=keep) as stage:
        rows, wrong = drill(stage, times=times, people=people, each=each, seed=seed)
    show(f"drill_race_{database}", list(rows[0]), rows, people=people, each=each, wrong=wrong)
    raise SystemExit(any(row["right"] != "yes" for row in rows) or any(wrong.values()))


if __name__ == "__main__":
    main()
