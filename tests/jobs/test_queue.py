"""The queue of PostgreSQL: bells with the commit, workers side by side, what is lost taken back."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from consult.extensions import db
from consult.jobs import bells as ringing
from consult.jobs.queue import QueueWorker
from consult.jobs.registry import Job
from consult.services.overview import queue_state
from consult.services.overview.queue_state import LaneState
from consult.services.people import letters
from consult.services.records import bells
from consult.services.records.bells import Bell
from consult.services.suggesting import suggestions
from models.agency import Agency
from models.cluster import Membership
from models.job import JobName, JobTrouble, Lane

pytestmark = pytest.mark.server


@pytest.fixture
def submit(app, session, make, now):
    """Somebody sends a suggestion to a topic, as the page does it."""

    def act(topic):
        return suggestions.submit(
            session,
            topic=topic,
            author=make.person(),
            title="增设充电桩",
            facts="小区里没有充电桩，居民很不方便。",
            vault=app.extensions["vault"],
            now=now,
        )

    return act


@pytest.fixture
def worker(app, session):
    """Starts workers in threads of this process, and stops them."""
    started = []
    app.config["JOB_PAUSE"] = 1

    def start(*jobs, **options):
        session.commit()
        one = QueueWorker(app, **({"jobs": jobs} if jobs else {}), **options)
        begun = threading.Event()
        one.start(begun.set)
        assert begun.wait(10)
        started.append(one)
        return one

    yield start
    for one in started:
        one.stop()
        assert not one.is_alive


def waiting(session):
    return session.scalars(
        text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' ORDER BY 1")
    ).all()


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_a_bell_is_there_if_and_only_if_the_act_is(session, make, submit):
    one, other = make.topic(), make.topic()
    session.commit()
    submit(one)
    session.rollback()
    submit(other)
    session.commit()

    assert waiting(session) == [f"placement:{other.id}"]


def test_an_act_that_fails_in_a_savepoint_still_rings_once_with_the_rest(session, make, submit):
    topic = make.topic()
    with session.begin_nested():
        submit(topic)
    assert waiting(session) == []
    session.commit()

    assert waiting(session) == [f"placement:{topic.id}"]


def test_a_hundred_suggestions_leave_one_bell(session, make, submit):
    topic = make.topic()
    for _ in range(100):
        submit(topic)
        session.commit()

    assert waiting(session) == [f"placement:{topic.id}"]


def test_many_at_once_ring_one_bell_and_none_fails(app, session, make):
    number = make.topic().id
    session.commit()
    faults = []

    def ring():
        try:
            with app.app_context():
                bells.ring(db.session(), JobName.PLACEMENT, number)
                db.session.commit()
        except Exception as fault:  # noqa: BLE001 - counted below
            faults.append(fault)

    threads = [threading.Thread(target=ring) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert waiting(session) == [f"placement:{number}"]


def test_a_worker_waits_for_who_found_its_bell_waiting_and_has_not_yet_committed(
    app, session, make
):
    """Else it would look too early, and the act would have rung no bell of its own."""
    bell = Bell("probe", 7)
    ringing.put(session, bell)
    session.commit()
    ringing.put(session, bell)  # finds one waiting, so adds none
    session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    make.agency(slug="late")
    seen = []

    def look(session, now, part):
        seen.append(session.scalar(select(func.count()).where(Agency.slug == "late")))
        return 0

    one = QueueWorker(app, jobs=[Job("probe", look, parts=lambda session, now: (7,))])
    thread = threading.Thread(target=one._turn, args=["probe", 7])
    thread.start()
    time.sleep(0.5)
    assert seen == []

    session.commit()
    thread.join(10)
    assert seen == [1]


def test_what_is_sent_in_is_placed_within_seconds(session, make, submit, worker):
    worker()
    topic = make.topic()
    session.commit()
    submit(topic)
    session.commit()

    assert until(lambda: session.scalar(select(func.count()).select_from(Membership)) == 1, 10)


def test_the_sweep_finds_work_that_no_bell_told_of(session, make, worker):
    make.suggestion(make.topic())
    session.commit()
    assert waiting(session) == []
    worker()

    assert until(lambda: session.scalar(select(func.count()).select_from(Membership)) == 1, 30)


def test_workers_do_different_parts_side_by_side_but_never_one_twice(app, session, worker):
    meeting, busy, twice = threading.Barrier(2), set(), []

    def step(session, now, part):
        if part in busy:
            twice.append(part)
        busy.add(part)
        meeting.wait(10)  # passed only if both parts are at work at the same time
        time.sleep(0.3)
        busy.discard(part)
        return 0

    job = Job("parted", step, parts=lambda session, now: ())
    for _ in range(2):
        worker(job, at_once={Lane.QUICK: 2})
    for _ in range(2):
        for part in (1, 2):
            ringing.put(session, Bell("parted", part))
        session.commit()
        time.sleep(0.1)

    assert until(lambda: not _left(session))
    assert twice == []
    assert session.scalars(select(JobTrouble.part)).all() == []


def _left(session):
    session.rollback()
    return session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'turn'"))


def test_a_part_that_fails_leaves_the_others_alone_and_is_tried_again(session, worker, clock):
    done = []

    def step(session, now, part):
        if part == 2 and clock.now == now and not done.count(2):
            done.append(-2)
            if done.count(-2) < 2:
                raise RuntimeError("poison")
        done.append(part)
        return 0

    worker(Job("parted", step, parts=lambda session, now: (1, 2, 3)))
    assert until(lambda: {1, 3} <= set(done), 30)
    assert until(lambda: _troubles(session) == [(2, "RuntimeError: poison")], 30)
    assert 2 not in done

    clock.advance(seconds=11)
    assert until(lambda: 2 in done, 30)


def _troubles(session):
    session.rollback()
    found = [(one.part, one.error) for one in session.scalars(select(JobTrouble))]
    session.rollback()
    return found


def test_what_a_lost_worker_held_is_taken_back_and_counted(app, session, worker, now):
    """The row of a worker that was killed while it placed: its last sign is old."""
    session.execute(
        text(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
    )
    ringing.put(session, Bell("parted", 5))
    session.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1"))
    session.commit()
    done = []

    def step(session, now, part):
        done.append(part)
        return 1 if len(done) == 1 else 0

    worker(Job("parted", step, parts=lambda session, now: () if done else (5,)))

    assert until(lambda: done[:2] == [5, 5], 30)
    assert until(lambda: not _left(session))
    session.rollback()
    assert session.scalar(select(func.count()).select_from(JobTrouble)) == 0


def test_the_operations_page_counts_the_queue_and_names_what_is_stalled(session, now):
    session.execute(
        text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (:then), (:now)"),
        {"then": now - timedelta(minutes=1), "now": now},
    )
    for part in (1, 2, 3):
        ringing.put(session, Bell("placement", part))
    for part, holder in ((1, 1), (2, 2)):
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :holder"
                " WHERE queueing_lock = :key"
            ),
            {"holder": holder, "key": f"placement:{part}"},
        )

    assert queue_state.lane_states(session) == [LaneState("quick", 1, 2), LaneState("long", 0, 0)]
    assert [one.key for one in queue_state.stalled(session, now=now)] == ["placement:1"]


def test_a_sweep_lost_with_its_worker_keeps_no_other_from_sweeping(session, worker):
    session.execute(
        text(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
    )
    ringing.put(session, Bell(JobName.SWEEP.value, 0))
    session.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1"))
    session.commit()
    looked = []
    worker(
        Job("eager", lambda session, now: 0, parts=lambda session, now: looked.append(now) or ())
    )

    assert until(lambda: bool(looked), 30)


def test_a_bell_for_a_job_of_a_newer_version_does_no_harm(session, worker):
    ringing.put(session, Bell("of tomorrow", 1))
    one = worker(Job("of today", lambda session, now: 0))

    assert until(lambda: not _left(session))
    assert one.is_alive


def test_a_worker_begins_anew_when_the_server_threw_it_out(session, make, submit, worker):
    one = worker()
    session.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
    topic = make.topic()
    session.commit()
    submit(topic)
    session.commit()

    assert until(lambda: session.scalar(select(func.count()).select_from(Membership)) == 1, 30)
    assert one.is_alive


def test_two_workers_send_each_letter_once(app, session, worker, clock):
    for number in range(60):
        letters.write(
            session,
            vault=app.extensions["vault"],
            key=f"notice:{number}",
            to="wang@example.org",
            subject=str(number),
            body="详见网站。\n",
            now=clock(),
        )
    carried, post = [], app.extensions["post"]

    class Counting:
        def carry(self, **letter):
            time.sleep(0.01)
            carried.append(letter["subject"])

    post.mail = Counting()
    for _ in range(2):
        worker()

    assert until(lambda: len(carried) >= 60, 60)
    time.sleep(1)
    assert sorted(carried, key=int) == [str(number) for number in range(60)]
