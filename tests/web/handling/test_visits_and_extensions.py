"""Calls and more time on their pages."""

from http import HTTPStatus

import pytest
from sqlalchemy import func, select

from consult.services.handling import more_time
from models.case import CaseState
from models.extension import ExtensionRequest
from models.reply import Visit


def visits(case):
    return f"/office/cases/{case.id}/visits"


def extension(case):
    return f"/office/cases/{case.id}/extension"


def count(city, model):
    return city.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def as_(pages, city):
    pages.speak("en")
    return lambda who: pages.sign_in(getattr(city.people, who))


def test_a_call_is_recorded_and_whose_is_yet_to_come_is_said(as_, city):
    case = city.replied()
    form = {"visitor": "unit", "result": "reached", "satisfied": "no", "note": "仍有两盏不亮"}
    page = as_("handler").post(visits(case), **form)

    assert "仍有两盏不亮" in page
    assert "Call by the assigner" in page
    assert city.session.scalars(select(Visit)).one().satisfied is False


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"note": "打过了"}, 422, "Say whether the author was reached."),
        ({"result": "shouted", "note": "打过了"}, 422, "打过了"),
        ({"result": "reached", "satisfied": "no"}, 422, "not satisfied with"),
        ({"result": "reached", "visitor": "assigner", "note": "打过了"}, 403, "打过了"),
        ({"result": "reached", "visitor": "", "note": "打过了"}, 422, "Say for whom you call."),
    ],
)
def test_what_is_wrong_with_a_call_is_said_and_the_words_stay(as_, city, form, status, sentence):
    page = as_("handler").post(
        visits(city.replied()), status=HTTPStatus(status), **({"visitor": "unit"} | form)
    )

    assert sentence in page
    assert form.get("note", "") in page
    assert count(city, Visit) == 0


def test_before_the_reply_there_is_no_form_and_no_call(as_, city):
    case = city.drafted()
    assert "before the reply is published" in as_("handler").get(visits(case))
    as_("handler").post(visits(case), status=HTTPStatus.CONFLICT, visitor="unit", result="reached")


def test_a_supervisor_reads_calls_and_records_none(as_, city):
    case = city.replied()
    page = as_("supervisor").get(visits(case))

    assert 'name="result"' not in page
    as_("supervisor").post(
        visits(case), status=HTTPStatus.FORBIDDEN, visitor="assigner", result="reached"
    )


def test_the_handler_asks_and_the_leader_extends(as_, city):
    case = city.in_progress()
    due = case.due_at
    as_("handler").post(extension(case), act="ask", version=str(case.version), words="灯具需要定制")
    page = as_("leader").get(extension(case))
    assert "灯具需要定制" in page
    as_("leader").post(
        extension(case), act="grant", version=str(case.version), words="灯具需要定制"
    )

    assert case.state is CaseState.EXTENDED
    assert case.due_at > due


def test_the_leader_declines_with_words(as_, city):
    case = city.in_progress()
    asked = more_time.ask(
        city.session,
        case=case,
        version=case.version,
        words="灯具需要定制",
        actor=city.people.handler,
        now=city.clock(),
    )
    city.session.commit()
    page = as_("leader").post(
        extension(case),
        act="decline",
        version=str(case.version),
        request_version=str(asked.version),
        words="先换备用灯具",
    )

    assert "先换备用灯具" in page
    assert case.state is CaseState.IN_PROGRESS


@pytest.mark.parametrize(
    ("who", "form", "status"),
    [
        ("handler", {"act": "grant"}, 403),
        ("handler", {"act": "ask", "words": " "}, 422),
        ("handler", {"act": "ask", "version": "99"}, 409),
        ("leader", {"act": "decline"}, 409),
        ("leader", {"act": "nonsense"}, 422),
        ("assigner", {"act": "ask"}, 403),
        ("stranger", {"act": "ask"}, 403),
        ("other_leader", {"act": "grant"}, 404),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(as_, city, who, form, status):
    case = city.in_progress()
    sent = {"version": str(case.version), "words": "还要两周"} | form
    page = as_(who).post(extension(case), status=HTTPStatus(status), **sent)

    assert count(city, ExtensionRequest) == 0
    assert case.state is CaseState.IN_PROGRESS
    if who in {"handler", "leader"}:
        assert sent["words"].strip() in page


def test_the_page_says_until_when_it_would_be_due(as_, city):
    case = city.in_progress()
    until = more_time.until(case, times=city.times(case))
    page = as_("leader").get(extension(case))

    assert f"{until.astimezone(city.times(case).calendar.zone):%Y-%m-%d %H:%M}" in page
