"""`python -m tests.drills.order`: whatever the order, the batches and the kills, the groups are the same.

The same suggestions arrive in one order after the other, in batches of any size, while the process
that places and regroups them is killed at random. After the next run the groups are those of the
first order. Some groups are then answered, as many suggestions again arrive in the same way, and
after one more run the groups are the same again, every answer still stands on its group, and every
group that was answered has kept its members.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import click
from flask_migrate import upgrade
from sqlalchemy import func, select

from consult.app import create_app
from consult.extensions import db, indexes, reading
from consult.jobs.runner import Runner
from consult.services.grouping import runs
from consult.services.grouping.run_recovery import TOO_OFTEN
from models.cluster import Cluster, Membership
from models.decision import Decision, DecisionState
from models.person import Person, Role
from models.run import Run, RunState
from models.suggestion import Suggestion
from models.topic import Topic
from tests.benchmarks.generator import generate
from tests.benchmarks.report import show
from tests.databases import KIND, opened
from tests.factories import Factory

#: Of the groups of two and more, so many are answered.
ANSWERED = 5


class Order:
    """One database, into which the suggestions come in one order."""

    def __init__(self, app, made, chance):
        self.app, self.made, self.chance = app, made, chance
        self.kills = 0
        self.firsts = count(10_000, 10_000)  # rows of two transactions never share a name

    @contextmanager
    def rows(self):
        with self.app.app_context():
            reading.set(False)
            session = db.session()
            vault, clock = self.app.extensions["vault"], self.app.config["CLOCK"]
            yield session, Factory(session, vault=vault, now=clock, first=next(self.firsts))
            session.commit()

    def begin(self):
        with self.rows() as (_session, make):
            self.topic = make.topic().id
            self.people = [make.person().id for _ in range(20)]

    def arrive(self, numbers):
        """Let the suggestions of these numbers come in a random order, placed batch by batch."""
        numbers = list(numbers)
        self.chance.shuffle(numbers)
        while numbers:
            size = self.chance.randint(1, 30)
            batch, numbers = numbers[:size], numbers[size:]
            with self.rows() as (session, make):
                for number in batch:
                    self._send(session, make, number)
            while self.unplaced():
                self.work("placement")

    def _send(self, session, make, number):
        one = self.made[number]
        make.suggestion(
            session.get_one(Topic, self.topic),
            one.title,
            facts=one.facts,
            proposal=one.proposal,
            place=one.place,
            author=session.get_one(Person, self.people[number % len(self.people)]),
            query_code=f"N{number}",
        )

    def unplaced(self):
        with self.rows() as (session, _make):
            query = select(func.count(Suggestion.id)).outerjoin(Membership)
            return session.scalar(query.where(Membership.cluster_id.is_(None)))

    def regroup(self):
        """Have a run done by processes that may be killed on the way.

        One that ended three of them has failed, and says so: it is asked for again, as staff would.
        """
        run = self._ask()
        while (found := self._state(run))[0] is not RunState.FINISHED:
            if found[0] is RunState.FAILED:
                assert found[1] == TOO_OFTEN, found[1]
                run = self._ask()
            self.work("runs")

    def _ask(self):
        with self.rows() as (session, make):
            topic = session.get_one(Topic, self.topic)
            analyst = make.staff(Role.ANALYST, topic.agency)
            return runs.ask(session, topic=topic, actor=analyst, now=self.app.config["CLOCK"]()).id

    def _state(self, run):
        """How it stands, and what it failed of."""
        with self.rows() as (session, _make):
            found = session.get_one(Run, run)
            return found.state, found.error

    def work(self, job):
        """Give a job its turn in a process of its own; of three, about one is killed on the way."""
        doomed = self.kills < 2 * len(self.made) and self.chance.random() < 0.35
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            self._turn(job)
        if doomed:
            time.sleep(self.chance.random() * 0.15)
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        self.kills += os.WIFSIGNALED(status)

    def _turn(self, job):
        """In the child: connections of its own, and never back into the parent's code."""
        try:
            with self.app.app_context():
                db.engine.dispose(close=False)
            Runner(self.app).run_due([job])
        finally:
            os._exit(0)

    def groups(self):
        """The groups as sets of what they hold, whatever their numbers are."""
        with self.rows() as (session, _make):
            query = select(Membership.cluster_id, Suggestion.query_code).join(
                Suggestion, Suggestion.id == Membership.suggestion_id
            )
            found = {}
            for cluster, code in session.execute(query):
                found.setdefault(cluster, set()).add(code)
            return frozenset(frozenset(members) for members in found.values())

    def answer(self):
        """Answer some groups, the same ones in every order; what each holds."""
        chosen = sorted(sorted(group) for group in self.groups() if len(group) > 1)[:ANSWERED]
        with self.rows() as (session, make):
            for group in chosen:
                query = (
                    select(Cluster)
                    .join(Membership)
                    .join(Suggestion, Suggestion.id == Membership.suggestion_id)
                )
                cluster = session.scalars(query.where(Suggestion.query_code == group[0])).one()
                make.decision(cluster, state=DecisionState.APPROVED)
        return chosen

    def answers(self):
        """What the group of each standing answer holds now."""
        with self.rows() as (session, _make):
            query = (
                select(Decision.id, Suggestion.query_code)
                .join(Membership, Membership.cluster_id == Decision.cluster_id)
                .join(Suggestion, Suggestion.id == Membership.suggestion_id)
                .where(Decision.state == DecisionState.APPROVED)
            )
            found = {}
            for decision, code in session.execute(query):
                found.setdefault(decision, set()).add(code)
            return sorted(sorted(members) for members in found.values())

    def go(self):
        """All of it; the groups after the first and the second run, and answers that lost something."""
        self.begin()
        half = len(self.made) // 2
        self.arrive(range(half))
        self.regroup()
        first, answered = self.groups(), self.answer()
        self.arrive(range(half, len(self.made)))
        self.regroup()
        now = [set(members) for members in self.answers()]
        lost = sum(not any(set(members) <= group for group in now) for members in answered)
        return first, self.groups(), lost + len(answered) - len(now)


def drill(*, times, size, encoder, folder, database=KIND, seed=1):
    """A row for each order, beside the first of them."""
    made = [one for _number, one in zip(range(size), texts(size, seed), strict=False)]
    rows, reference = [], None
    with opened(database) as databases:
        template = databases.empty(folder)
        with application(folder, template, encoder).app_context():
            upgrade()
            db.engine.dispose()
        for number in range(times):
            place = folder / f"order{number}"
            place.mkdir()
            address = databases.copy(template, place)
            app = application(place, address, encoder)
            order = Order(app, made, random.Random(seed + number))
            with app.app_context():
                indexes().encoder  # noqa: B018 - read once here, not again in every child
            first, second, lost = order.go()
            reference = reference or (first, second)
            rows.append(
                {
                    "order": number + 1,
                    "kills": order.kills,
                    "groups": len(second),
                    "other groups": len(first ^ reference[0]),
                    "other groups later": len(second ^ reference[1]),
                    "answers lost": lost,
                }
            )
            with app.app_context():
                db.engine.dispose()
            databases.drop(address)
            shutil.rmtree(place)
    return rows


def texts(size, seed):
    return generate(size, seed=seed, campaigns=0.1, english=0.0)


def application(folder, address, encoder):
    return create_app(
        DATA_DIR=folder,
        UPLOAD_DIR=folder / "uploads",
        SQLALCHEMY_DATABASE_URI=address,
        SECRET_KEY="a secret of drills",
        SEALING_KEY="another secret of drills",
        ENCODER=encoder,
        REGROUP_AT_ONCE=10**6,
        REGROUP_BY_NIGHT=10**6,
    )


@click.command()
@click.option("--times", default=100, show_default=True, help="Orders.")
@click.option("--size", default=200, show_default=True, help="Suggestions.")
@click.option("--database", type=click.Choice(["postgresql", "sqlite"]), default="postgresql")
@click.option("--encoder", default="shipped", show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(times, size, database, encoder, seed):
    """Try one order after the other; the exit status says whether all agree."""
    with tempfile.TemporaryDirectory(prefix="jisi-drill-") as folder:
        options = {"times": times, "size": size, "database": database, "encoder": encoder}
        rows = drill(folder=Path(folder), seed=seed, **options)
    wrong = ("other groups", "other groups later", "answers lost")
    show(f"drill_order_{database}", list(rows[0]), rows, size=size, encoder=encoder)
    raise SystemExit(any(row[name] for row in rows for name in wrong))


if __name__ == "__main__":
    main()
