"""The reviews of a reply on their page: what a reviewer sees, and what is refused."""

from http import HTTPStatus

import pytest

from consult.services.handling import joining, replying
from consult.services.handling.replying import Outcome
from models.case import CaseState
from models.reply import ReplyStage, ReturnReason
from tests.city import REPLY
from tests.queries import counted_queries


def review(case):
    return f"/office/cases/{case.id}/review"


def reply_of(city, case):
    return replying.current(city.session, case)


def seen(city, case, prefix=""):
    return {f"{prefix}version": str(reply_of(city, case).version)}


@pytest.fixture
def as_(pages, city):
    """The browser of somebody in the city."""
    pages.speak("en")
    return lambda who: pages.sign_in(getattr(city.people, who))


def test_the_reasons_stand_beside_the_words_and_the_words_are_marked(as_, city):
    case = city.drafted(f"{REPLY}联系人电话13812345678。")
    page = as_("leader").get(review(case))

    assert "Personal data in it" in page
    assert "<mark>13812345678<span" in page


def test_a_reply_goes_through_its_three_reviews(as_, city):
    case = city.drafted()
    as_("leader").post(
        review(case), verdict="pass", **seen(city, case, "pass-"), **{"pass-note": "已核对"}
    )
    assert reply_of(city, case).stage is ReplyStage.ASSIGNER
    as_("assigner").post(review(case), verdict="publish", **seen(city, case))

    assert case.state is CaseState.REPLIED
    assert [one.note for one in reply_of(city, case).reviews] == ["已核对", ""]


def test_a_return_keeps_its_code_and_its_words_for_the_handler(as_, city):
    case = city.drafted()
    form = {"return-code": "no_date", "return-note": "请写明日期"} | seen(city, case, "return-")
    as_("leader").post(review(case), verdict="return", **form)
    page = as_("handler").get(f"/office/cases/{case.id}/reply")

    assert case.state is CaseState.REPLY_RETURNED
    assert "请写明日期" in page


def test_what_changed_since_it_was_returned_is_shown_to_the_next_reviewer(as_, city):
    case = city.drafted("经查看，路灯已修复，感谢理解。")
    reply = reply_of(city, case)
    city.act(replying.send_back, case, "leader", reply=reply, code=ReturnReason.NO_DATE)
    city.act(
        replying.draft,
        case,
        "handler",
        text="经查看，路灯已于6月10日修复，感谢理解。",
        outcome=Outcome.SOLVED,
    )
    page = as_("leader").get(review(case))

    assert "What changed since it was returned" in page
    assert "<ins>" in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"verdict": "return", "return-note": "补充依据"}, "Choose a reason from the list."),
        ({"verdict": "return", "return-code": "nonsense", "return-note": "补充依据"}, "补充依据"),
        ({"verdict": "return", "return-code": "other"}, "Please give a reason."),
        ({"verdict": "nonsense", "return-note": "补充依据"}, "Choose what is done with the reply."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(as_, city, form, sentence):
    case = city.drafted()
    page = as_("leader").post(
        review(case),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        **form,
        **seen(city, case, "return-"),
    )

    assert sentence in page
    assert form.get("return-note", "") in page
    assert case.state is CaseState.REPLY_DRAFTED


def test_a_reviewer_who_saw_other_words_is_stopped_and_keeps_the_note(as_, city):
    case = city.drafted()
    form = {"return-code": "tone", "return-note": "语气生硬", "return-version": "99"}
    page = as_("leader").post(review(case), status=HTTPStatus.CONFLICT, verdict="return", **form)

    assert "语气生硬" in page
    assert case.state is CaseState.REPLY_DRAFTED


@pytest.mark.parametrize(
    ("who", "verdict", "status"),
    [
        ("handler", "pass", 403),
        ("assigner", "pass", 403),
        ("leader", "publish", 403),
        ("assigner", "publish", 409),
        ("supervisor", "publish", 403),
        ("other_leader", "pass", 404),
        ("stranger", "pass", 403),
    ],
)
def test_nobody_reviews_out_of_turn(as_, city, who, verdict, status):
    case = city.drafted()
    version = seen(city, case) | seen(city, case, "pass-")
    as_(who).post(review(case), status=HTTPStatus(status), verdict=verdict, **version)

    assert reply_of(city, case).stage is ReplyStage.UNIT_LEADER


def test_who_wrote_it_is_told_that_somebody_else_reviews_it(as_, city):
    case = city.in_progress()
    city.act(replying.draft, case, "leader", text=REPLY, outcome=Outcome.SOLVED)
    page = as_("leader").get(review(case))

    assert "You wrote this reply: somebody else reviews it." in page
    assert 'value="pass"' not in page


def test_without_a_reply_there_is_nothing_to_review(as_, city):
    case = city.in_progress()
    assert "There is no reply yet" in as_("leader").get(review(case))
    as_("leader").post(review(case), status=HTTPStatus.NOT_FOUND, verdict="pass")


def test_lines_for_joined_messages_are_written_kept_and_shown(as_, city, make, session):
    case = city.in_progress(title="请修路灯")
    others = [city.accepted(title=f"路灯{n}", author=make.person()) for n in range(2)]
    joining.join(
        session,
        lead=case,
        others=others,
        times=city.times(case),
        actor=city.people.assigner,
        now=city.clock(),
    )
    form = {"version": str(case.version), "seen": "0", "text": REPLY, "outcome": "solved"}
    session.commit()
    as_("handler").post(
        f"/office/cases/{case.id}/reply",
        act="send",
        **form,
        **{f"line-{others[0].id}": "您门口的一盏下周更换。", "line-999": "不相干", "line-x": "x"},
    )
    page = as_("leader").get(review(case))

    assert "It answers 2 joined messages as well" in page
    assert "您门口的一盏下周更换。" in page
    assert "不相干" not in page


def test_the_pages_ask_no_more_as_members_and_reviews_grow(as_, city, make, session):
    case = city.in_progress()
    pages, asked = as_("handler"), []
    pages.get(f"/office/cases/{case.id}/reply")  # what is read once a process is read
    for count in (1, 6):
        others = [city.accepted(title=f"路灯{n}", author=make.person()) for n in range(count)]
        joining.join(
            session,
            lead=case,
            others=others,
            times=city.times(case),
            actor=city.people.assigner,
            now=city.clock(),
        )
        session.commit()
        with counted_queries(session) as queries:
            pages.get(f"/office/cases/{case.id}/reply")
        asked.append(queries.count)

    assert asked[0] == asked[1]
