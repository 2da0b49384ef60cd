import pytest

from models.decision import DecisionState
from models.notice import Letter, Notice, NoticeKind


@pytest.fixture
def notice(make, session):
    suggestion = make.suggestion(title="增设充电桩")
    decision = make.decision(make.cluster(suggestion), state=DecisionState.PUBLISHED)
    notice = Notice(
        person=suggestion.author,
        kind=NoticeKind.DECIDED,
        topic=suggestion.topic,
        subject_key=f"decision:{decision.id}",
        decision=decision,
        suggestion=suggestion,
        decision_version=decision.version,
    )
    session.add(notice)
    session.flush()
    return notice


def letters_in(app):
    return list((app.config["DATA_DIR"] / "letters").glob("*.eml"))


def test_notices_are_written_and_sent_once(command, notice, app, session):
    first, second = command("send-notices"), command("send-notices")
    assert "1 letters written" in first.output
    assert "0 notices" in second.output
    assert len(letters_in(app)) == 1
    assert session.query(Letter).one().sent_at is not None


def test_a_dry_run_says_what_would_be_done_and_does_nothing(command, notice, app, session):
    done = command("send-notices", "--dry-run")
    assert "1 letters would be written" in done.output
    assert notice.mailed_at is None
    assert session.query(Letter).count() == 0
    assert letters_in(app) == []


def test_letters_that_failed_too_often_make_the_command_fail(command, notice, session):
    command("send-notices")
    letter = session.query(Letter).one()
    letter.sent_at, letter.attempts = None, Letter.MAX_ATTEMPTS
    done = command("send-notices")
    assert done.exit_code == 1
    assert "1 letters failed" in done.output


def test_every_job_has_its_turn(command, notice, session):
    done = command("run-jobs")
    assert done.exit_code == 0
    assert "notices: 1" in done.output
    assert "letters: 1" in done.output


def test_only_the_jobs_named_have_their_turn(command, notice, session):
    done = command("run-jobs", "letters")
    assert done.output == "letters: 0\n"


def test_an_unknown_job_is_named(command):
    done = command("run-jobs", "nothing")
    assert done.exit_code == 2
    assert "no job nothing" in done.output
