"""Real workers, killed without warning at any moment: afterwards everything was done exactly once."""

import os
import random
import signal
import subprocess
import sys
import time
from email import message_from_bytes

import pytest
from sqlalchemy import func, select, text

from consult.extensions import reading
from consult.services.grouping import runs
from consult.services.overview.queue_state import SIGN, STALLED
from consult.services.people import letters
from consult.services.suggesting import suggestions
from models.cluster import Cluster, Membership
from models.job import Worker
from models.notice import Letter
from models.person import Role
from models.run import Run, RunState
from models.suggestion import Suggestion
from models.topic import Topic

#: Kills, with acts in between.
KILLS = 12


@pytest.fixture
def start(app, database):
    """Starts a worker process on the database of the test, and ends those that are left."""
    processes = []
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "JISI_DATA_DIR": str(app.config["DATA_DIR"]),
        "SECRET_KEY": app.config["SECRET_KEY"],
        "SEALING_KEY": app.config["SEALING_KEY"],
        "JISI_ENCODER": "hashing",
        "JISI_MAIL": "file",
        "JISI_JOB_PAUSE": "1",
        "OMP_NUM_THREADS": "1",
    }

    def begin(*options):
        command = [sys.executable, "-m", "consult.cli.main", "worker", *options]
        log = (app.config["DATA_DIR"] / f"worker-{len(processes)}.log").open("wb")
        processes.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.wait()


def until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.2)
    return condition()


def count(session, model, *conditions):
    """Looks without asking to write, which may take its time while others do."""
    session.rollback()
    reading.set(True)
    found = session.scalar(select(func.count()).select_from(model).where(*conditions))
    session.rollback()
    reading.set(False)
    return found


@pytest.fixture
def act(app, session, make):
    """One suggestion and one letter, as pages leave them."""
    topics = [make.topic().id for _ in range(3)]
    session.commit()

    def once(number):
        topic = session.get_one(Topic, topics[number % 3])
        suggestions.submit(
            session,
            topic=topic,
            author=make.person(),
            title=f"第{number}条建议：增设充电桩",
            facts=f"第{number}小区没有充电桩。",
            vault=app.extensions["vault"],
            now=app.config["CLOCK"](),
        )
        letters.write(
            session,
            vault=app.extensions["vault"],
            key=f"test:{number}",
            to="wang@example.org",
            subject=f"{number}",
            body="详见网站。\n",
            now=app.config["CLOCK"](),
        )
        session.commit()

    return once


@pytest.mark.slow
def test_whoever_is_killed_everything_is_done_once(app, session, start, act):
    chance = random.Random(7)
    workers = [start(), start()]
    acts = 0
    for _kill in range(KILLS):
        ends = time.monotonic() + chance.uniform(0.2, 3.0)
        while time.monotonic() < ends:
            act(acts)
            acts += 1
            time.sleep(0.05)
        victim = chance.randrange(2)
        workers[victim].send_signal(signal.SIGKILL)
        workers[victim].wait()
        workers[victim] = start()

    assert until(lambda: count(session, Membership) == acts, 120)
    assert until(lambda: count(session, Letter, Letter.sent_at.is_not(None)) == acts, 180)
    assert count(session, Suggestion) == acts
    assert _counts_are_true(session)
    assert sorted(_subjects(app), key=int) == [str(number) for number in range(acts)]


@pytest.mark.server
def test_what_a_killed_worker_held_is_taken_over_by_the_next_one_at_once(session, start):
    """Not after the time in which a worker that lives may be silent."""
    first = start()
    assert until(lambda: len(_held(session)) == 2, 60)
    session.execute(
        text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args, worker_id)"
            " SELECT 'quick', 'turn', 'doing', '{\"name\": \"placement\", \"part\": 1}', max(id)"
            " FROM procrastinate_workers"
        )
    )
    session.commit()
    time.sleep(SIGN.total_seconds() + 1)
    assert _held(session), "it lives"

    first.kill()
    first.wait()
    began = time.monotonic()
    start()

    assert until(lambda: not _doing(session), 60)
    assert time.monotonic() - began < STALLED.total_seconds()


def _held(session):
    session.rollback()
    return session.execute(text("SELECT id FROM procrastinate_workers")).all()


def _doing(session):
    session.rollback()
    turns = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'turn'"
    return session.execute(text(turns)).all()


def _counts_are_true(session):
    members = select(func.count()).where(Membership.cluster_id == Cluster.id).scalar_subquery()
    living = select(Cluster.suggestion_count, members).where(Cluster.retired_at.is_(None))
    return all(kept == counted for kept, counted in session.execute(living))


def _subjects(app):
    folder = app.config["DATA_DIR"] / "letters"
    return [message_from_bytes(path.read_bytes())["Subject"] for path in folder.glob("*.eml")]


@pytest.mark.slow
def test_a_run_whose_worker_is_killed_is_begun_anew(app, session, make, start, now):
    topic = make.topic()
    for number in range(1500):
        make.suggestion(topic, f"第{number}路增设充电桩", facts=f"第{number % 40}小区没有充电桩。")
    run = runs.ask(session, topic=topic, actor=make.staff(Role.ANALYST, topic.agency), now=now)
    session.commit()
    first = start()
    assert until(lambda: count(session, Run, Run.state == RunState.RUNNING) == 1, 180)
    first.kill()
    first.wait()
    start()

    assert until(lambda: count(session, Run, Run.state == RunState.FINISHED) == 1, 300)
    session.refresh(run)
    assert run.interruptions == 1


@pytest.mark.slow
def test_a_worker_that_is_asked_to_end_finishes_and_says_so(session, start):
    worker = start()
    assert until(lambda: _alive(session) == 1, 90)
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(60) == 0
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM worker WHERE ended_at IS NOT NULL")) == 1


def _alive(session):
    return count(session, Worker, Worker.ended_at.is_(None))
