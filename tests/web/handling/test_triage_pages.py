"""The pages of urgency: words, rules, trying them on messages, and a person who confirms."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from models.mailbox import TriageRule, TriageWord, Urgency
from models.person import Role
from models.suggestion import SuggestionKind
from tests.pages import text_of

RULE = {
    "rule": "0",
    "house": "",
    "name": "电梯",
    "any_of": "电梯",
    "and_of": "",
    "none_of": "",
    "kind": "",
    "domain": "",
    "urgency": "pressing",
}


@pytest.fixture
def office(pages, city):
    city.session.commit()
    return pages.speak("en").sign_in(city.people.assigner)


@pytest.fixture
def base(city):
    return f"/office/mailboxes/{city.mailbox.topic.slug}/triage"


def test_a_word_is_tried_on_the_newest_messages_before_it_is_kept(office, city, base, make):
    city.send("电梯坏了", author=make.person())
    form = {"word": "电梯", "urgency": "pressing", "unless": ""}
    page = office.post(base + "/words", act="try", **form)
    assert "1 message would be of another class" in page
    assert "电梯坏了" in page
    assert city.session.scalars(select(TriageWord)).all() == []
    office.post(base + "/words", act="save", **form)
    assert city.session.scalar(select(TriageWord)).urgency is Urgency.PRESSING


@pytest.mark.parametrize(
    "wrong",
    [{"word": ""}, {"word": "长" * 41}, {"urgency": "never"}, {"unless": "别的词"}],
)
def test_a_word_that_is_none_comes_back_with_what_was_typed(office, city, base, wrong):
    form = {"word": "电梯", "urgency": "pressing", "unless": "观光电梯"} | wrong
    page = office.post(base + "/words", status=HTTPStatus.UNPROCESSABLE_ENTITY, act="save", **form)
    assert form["unless"] in page
    assert city.session.scalars(select(TriageWord)).all() == []


def test_a_word_of_the_house_is_switched_off_and_on_again(office, city, base):
    office.post(base + "/words", act="save", word="停水", urgency="routine", unless="")
    assert "Switched off" in office.get(base)
    office.post(base + "/words/drop", word="停水")
    assert "Switched off" not in office.get(base)
    office.post(base + "/words/drop", status=HTTPStatus.NOT_FOUND, word="停水")


def test_a_rule_is_tried_kept_changed_and_ended(office, city, base, make):
    city.send("电梯坏了", author=make.person())
    assert "电梯坏了" in office.post(base + "/rule", act="try", **RULE)
    assert city.session.scalars(select(TriageRule)).all() == []
    office.post(base + "/rule", act="save", **RULE)
    first = city.session.scalar(select(TriageRule))
    assert "电梯" in office.get(f"{base}/rule?rule={first.id}")
    office.post(base + "/rule", act="save", **RULE | {"rule": str(first.id), "urgency": "danger"})
    [now] = city.session.scalars(select(TriageRule).filter_by(ended_at=None))
    assert now.urgency is Urgency.DANGER
    page = office.post(
        base + "/rule", status=HTTPStatus.CONFLICT, act="save", **RULE | {"rule": str(first.id)}
    )
    assert "changed or taken away meanwhile" in page
    office.post(f"{base}/rules/{now.id}/end")
    office.post(f"{base}/rules/{now.id}/end", status=HTTPStatus.CONFLICT)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"any_of": ""}, {"any_of": "长" * 41}, {"urgency": "x"}, {"kind": "moon"}],
)
def test_a_rule_that_is_none_comes_back_with_what_was_typed(office, city, base, wrong):
    form = RULE | {"none_of": "观光电梯"} | wrong
    page = office.post(base + "/rule", status=HTTPStatus.UNPROCESSABLE_ENTITY, act="save", **form)
    assert "观光电梯" in page
    assert city.session.scalars(select(TriageRule)).all() == []


def test_a_rule_of_the_house_is_switched_off_and_comes_back(office, city, base):
    office.post(base + "/house/praise/off")
    row = city.session.scalar(select(TriageRule))
    assert (row.house, row.urgency) == ("praise", Urgency.ROUTINE)
    office.post(f"{base}/rules/{row.id}/end")
    office.post(base + "/house/nonsense/off", status=HTTPStatus.NOT_FOUND)
    office.get(base + "/rule?house=nonsense", status=HTTPStatus.NOT_FOUND)


def test_a_text_is_judged_with_its_reasons_and_not_kept(office, city, base):
    page = text_of(office.post(base + "/try", text="厨房燃气泄漏\n快来人"))
    assert "It would be proposed as" in page
    assert "Gas escapes" in page
    assert "厨房燃气泄漏" not in office.get(base + "/try")


def test_the_newest_messages_are_shown_with_what_fired_and_reports_are_not(
    office, city, base, make
):
    city.send("小区停水两天", author=make.person())
    city.send(
        "举报停水收费",
        author=make.person(),
        kind=SuggestionKind.REPORT,
        named_unit=city.roads,
    )
    page = office.get(base + "/try")
    assert "小区停水两天" in page
    assert "举报停水收费" not in page


def test_who_drafts_keeps_words_but_reads_no_message(pages, city, base, make):
    city.send("小区停水两天", author=make.person())
    pages.speak("en").sign_in(make.staff(Role.DRAFTER, city.mailbox.topic.agency))
    assert "小区停水两天" not in pages.get(base + "/try")
    pages.get(base + "/waiting", status=HTTPStatus.FORBIDDEN)
    form = {"word": "停水", "urgency": "danger", "unless": ""}
    pages.post(base + "/words", status=HTTPStatus.FORBIDDEN, act="try", **form)
    pages.post(base + "/words", act="save", **form)
    assert city.session.scalar(select(TriageWord)).word == "停水"


def test_several_are_confirmed_at_once_and_one_that_cannot_be_leaves_the_others(
    office, city, base, make
):
    water, gas = (city.send(title, author=make.person()) for title in ("小区停水", "燃气泄漏"))
    page = office.get(base + "/waiting")
    assert "小区停水" in page
    done = office.post(
        base + "/waiting",
        case=[str(water.id), str(gas.id), "999999"],
        **{f"urgency-{water.id}": "supply", f"urgency-{gas.id}": "pressing"},
    )
    assert "2 messages confirmed." in done
    assert "999999" in text_of(done)
    assert (water.urgency, gas.urgency) == (Urgency.SUPPLY, Urgency.PRESSING)
    assert water.urgency_confirmed_by_id == gas.urgency_confirmed_by_id
    assert "Nothing waits" in office.get(base + "/waiting")


def test_nothing_chosen_or_nothing_said_confirms_nothing(office, city, base, make):
    case = city.send("小区停水", author=make.person())
    office.post(base + "/waiting", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    office.post(base + "/waiting", status=HTTPStatus.BAD_REQUEST, case=str(case.id))
    assert case.urgency_confirmed_by_id is None


def test_a_supervisor_sees_what_waits_and_confirms_nothing(pages, city, base, make):
    case = city.send("小区停水", author=make.person())
    pages.speak("en").sign_in(city.people.supervisor)
    assert "小区停水" in pages.get(base + "/waiting")
    pages.post(
        base + "/waiting",
        status=HTTPStatus.BAD_REQUEST,
        case=str(case.id),
        **{f"urgency-{case.id}": "danger"},
    )
    assert case.urgency_confirmed_by_id is None
