import pytest

from consult.extensions import reading
from consult.jobs.registry import JOBS, Job
from consult.jobs.runner import Runner
from models.job import JobReport


@pytest.fixture
def run(app, session):
    """Gives jobs made of plain functions a turn, and says how much each did."""

    def act(**steps):
        jobs = [Job(name, lambda s, n, do=do: do(s)) for name, do in steps.items()]
        session.commit()
        done = Runner(app, jobs).run_due()
        reading.set(False)
        session.expire_all()
        return done

    return act


def test_a_job_goes_on_until_nothing_is_left(run, session):
    left = [3, 2, 0, 5]
    assert run(letters=lambda session: left.pop(0)) == {"letters": 5}
    assert session.get(JobReport, "letters").done == 2


def test_one_that_fails_is_kept_with_its_reason_and_the_next_has_its_turn(run, session):
    done = run(broken=lambda session: 1 // 0, letters=lambda session: 0)
    assert done == {"broken": 0, "letters": 0}
    assert "ZeroDivisionError" in session.get(JobReport, "broken").error


def test_what_a_failed_step_wrote_is_undone(run, session, make):
    person = make.person("名")

    def half(session):
        session.merge(person).name = "改了一半"
        session.flush()
        raise RuntimeError

    run(half=half)
    assert person.name == "名"


def test_a_wanted_job_is_next_and_says_when_it_ran_though_it_found_nothing(
    run, session, now
):
    session.add(JobReport(name="wanted", wanted_at=now))
    done = run(first=lambda session: 0, wanted=lambda session: 0)
    assert list(done) == ["wanted", "first"]
    report = session.get(JobReport, "wanted")
    assert (report.finished_at, report.wanted_at) == (now, None)


def test_every_job_has_a_name_of_its_own():
    names = [job.name for job in JOBS]
    assert len(names) == len(set(names))
