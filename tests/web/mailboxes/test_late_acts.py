"""What an author sends too late, too early or without words: refused, with the words kept."""

from html import escape
from http import HTTPStatus

import pytest

from consult.services.handling import judging_replies, passing_time, reception
from consult.services.handling.reception import Refused
from models.case import CaseState
from tests.city import CALENDAR

WORDS = "水井还是没有盖子"


def refused(city):
    case = city.send()
    city.act(reception.refuse, case, "assigner", reason=Refused.NO_MATTER)
    return case


def closed(city):
    case = city.replied()
    city.clock.advance(days=40)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    return case


def too_old(city):
    case = closed(city)
    city.clock.advance(days=31)
    return case


@pytest.mark.parametrize(
    ("arrange", "act", "form", "status"),
    [
        (lambda city: city.send(), "supplement", {"words": WORDS}, HTTPStatus.CONFLICT),
        (lambda city: city.send(), "contest", {"words": WORDS}, HTTPStatus.CONFLICT),
        (lambda city: city.in_progress(), "appeal", {"words": WORDS}, HTTPStatus.CONFLICT),
        (lambda city: city.replied(), "withdraw", {"words": WORDS}, HTTPStatus.CONFLICT),
        (lambda city: city.replied(), "contest", {"words": WORDS}, HTTPStatus.CONFLICT),
        (too_old, "appeal", {"words": WORDS}, HTTPStatus.CONFLICT),
        (closed, "appeal", {"words": " "}, HTTPStatus.UNPROCESSABLE_ENTITY),
        (refused, "contest", {"words": ""}, HTTPStatus.UNPROCESSABLE_ENTITY),
        (refused, "contest", {"words": "长" * 5000}, HTTPStatus.UNPROCESSABLE_ENTITY),
        (closed, "rate", {"words": WORDS}, HTTPStatus.UNPROCESSABLE_ENTITY),
        (
            closed,
            "rate",
            {"solved": "3", "attitude": "3", "speed": "3", "words": WORDS},
            HTTPStatus.CONFLICT,
        ),
    ],
)
def test_nothing_changes_and_nothing_typed_is_lost(
    pages, city, citizen, session, arrange, act, form, status
):
    case = arrange(city)
    pages.sign_in(citizen)  # again: weeks may have passed
    session.commit()
    before, steps = case.state, len(case.steps)

    html = pages.post(f"/messages/{case.no}/{act}", status=status, **form)

    session.expire_all()
    assert (case.state, len(case.steps)) == (before, steps)
    assert judging_replies.of_round(session, case) is None
    if form["words"].strip() and len(form["words"]) < 100:
        assert escape(form["words"]) in html


def test_a_message_sent_again_after_its_refusal_is_not_taken_up_twice(
    pages, city, citizen, session
):
    """The other one stands already: the index would not have both, and that is said."""
    case = refused(city)
    city.send()
    session.commit()

    html = pages.post(
        f"/messages/{case.no}/contest", status=HTTPStatus.CONFLICT, words="请再看一次"
    )

    session.expire_all()
    assert case.state is CaseState.NOT_ACCEPTED
    assert "请再看一次" in html
