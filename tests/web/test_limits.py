"""What may be asked for only so often: what costs work, and what could be guessed."""

import pytest
from limits.storage import storage_from_string

from consult.app import create_app
from consult.web.limit_counts import SWEEP, ProcessCounts
from tests.conftest import settings
from tests.pages import Pages


@pytest.fixture
def limited(tmp_path, database, clock, session):
    """Two visitors at one address, of an application that counts."""
    app = create_app(
        **settings(tmp_path, database) | {"RATELIMIT_ENABLED": True, "WTF_CSRF_ENABLED": False},
        CLOCK=clock,
    )
    return Pages(app, session), Pages(app, session)


def answers(ask, times):
    return [ask().status_code for _ in range(times)]


def test_a_script_that_searches_without_end_is_stopped_and_told_so(limited, make, session):
    make.topic(slug="lifts")
    session.commit()
    stranger, other = limited
    ask = lambda: stranger.client.get("/api/topics/lifts/similar?title=电梯")  # noqa: E731

    assert answers(ask, 240) == [200] * 240
    refused = ask()
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")

    # who signed in is counted alone, behind the same address
    other.sign_in(make.person())
    assert other.client.get("/api/topics/lifts/similar?title=电梯").status_code == 200


def test_support_is_pressed_by_hand(limited, make):
    address = f"/suggestions/{make.suggestion(make.topic()).id}/support"
    reader, _ = limited
    reader.sign_in(make.person())
    press = lambda: reader.client.post(address)  # noqa: E731

    assert answers(press, 120) == [302] * 120
    assert press().status_code == 429


def test_entries_of_receipts_are_not_guessed(limited):
    stranger, _ = limited
    guess = lambda: stranger.client.get("/receipts/GUESS00000/entry")  # noqa: E731

    assert answers(guess, 20) == [404] * 20
    assert guess().status_code == 429


def test_a_count_begins_anew_when_its_window_is_over_and_is_then_swept_away():
    counts = ProcessCounts("memory://")

    assert [counts.incr("slow", 60), counts.incr("slow", 60), counts.get("slow")] == [1, 2, 2]
    assert [counts.incr("quick", 0), counts.incr("quick", 0), counts.get("quick")] == [1, 1, 0]
    counts._swept -= SWEEP
    counts.incr("slow", 60)
    assert counts.reset() == 1  # only the slow one was left


def test_requests_are_counted_in_this_process_without_threads_of_their_own():
    assert type(storage_from_string("memory://")) is ProcessCounts
