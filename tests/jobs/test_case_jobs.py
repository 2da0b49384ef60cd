"""Time passes over cases, and people are told, by jobs alone; whatever happens to the process."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from consult.jobs.runner import Runner
from consult.services.records import bells
from models.case import CaseState, CaseStep
from models.duty import DutyPage
from models.job import JobName
from models.notice import Notice, NoticeKind

#: Tells of everything there is, and is killed before it has committed.
KILLED = """
import os, signal
from datetime import UTC, datetime
from consult.app import create_app
from consult.extensions import db, reading
from consult.jobs import cases

with create_app().app_context():
    reading.set(False)
    assert cases.tell(db.session(), datetime.now(UTC)) > 0
    db.session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def run(app, session, *names):
    session.commit()
    done = Runner(app).run_due(names)
    session.expire_all()
    return done


def test_one_turn_of_each_job_takes_a_case_as_far_as_time_does(app, session, city, clock):
    case = city.replied()
    assert run(app, session, "case_notices")["case_notices"] > 0
    clock.advance(days=40)
    assert run(app, session, "case_times")["case_times"] >= 1
    assert case.state is CaseState.CLOSED
    run(app, session, "case_notices")
    told = session.scalars(select(Notice.kind).filter_by(person_id=city.people.citizen.id))
    assert NoticeKind.CASE_CLOSED in set(told)
    assert run(app, session, "case_times", "case_notices") == {"case_times": 0, "case_notices": 0}


def test_an_act_leaves_the_job_something_to_do_and_says_so(app, session, city):
    """The bell: on SQLite the worker of the process is woken, on PostgreSQL the queue holds it."""
    session.commit()
    city.send("请修井盖")
    assert bells.Bell(JobName.CASE_NOTICES, bells.WHOLE) in bells.take(session)


def test_what_nobody_takes_in_hand_is_raised_by_the_job(app, session, city, clock):
    city.send("楼里燃气泄漏")
    run(app, session, "case_notices")
    clock.advance(minutes=16)
    run(app, session, "escalation")
    assert session.scalars(select(DutyPage.raised)).all() == [1]


@pytest.mark.slow
def test_a_worker_killed_while_it_tells_loses_nothing_and_tells_nothing_twice(
    app, session, city, database
):
    city.replied()
    session.commit()
    environment = os.environ | {
        "DATABASE_URL": database,
        "JISI_DATA_DIR": str(app.config["DATA_DIR"]),
        "SECRET_KEY": app.config["SECRET_KEY"],
        "SEALING_KEY": app.config["SEALING_KEY"],
        "JISI_ENCODER": "hashing",
    }
    for _time in range(2):
        ended = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False)
        assert ended.returncode == -signal.SIGKILL
    session.expire_all()
    assert session.scalar(select(func.count(Notice.id))) == 0

    run(app, session, "case_notices")
    run(app, session, "case_notices")

    assert session.scalar(select(func.count(CaseStep.id)).filter_by(told_at=None)) == 0
    told = session.scalars(select(Notice.kind).filter_by(person_id=city.people.citizen.id)).all()
    assert sorted(told) == [
        NoticeKind.CASE_ACCEPTED,
        NoticeKind.CASE_ASSIGNED,
        NoticeKind.CASE_RECEIVED,
        NoticeKind.CASE_REPLIED,
    ]
