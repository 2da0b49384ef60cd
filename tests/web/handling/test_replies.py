"""Writing a reply: the question beside it, templates, the checker, what is kept and what is sent."""

from http import HTTPStatus

import pytest
from sqlalchemy import func, select

from consult.services.handling import assigning, reply_templates, replying
from consult.services.handling.reply_templates import Wording
from consult.services.handling.replying import Outcome
from models.case import CaseState
from models.mailbox import Domain
from models.reply import Reply, ReplyStage, ReturnReason
from tests.city import REPLY


def editor(case):
    return f"/office/cases/{case.id}/reply"


def words(case, **values):
    """The form as a handler sends it who saw the page just now."""
    return {"version": str(case.version), "seen": "0", "text": REPLY, "outcome": "solved"} | values


@pytest.fixture
def desk(pages, city):
    """The handler's browser, and a case in hand."""
    case = city.in_progress()
    pages.speak("en").sign_in(city.people.handler)
    return pages, case


def test_the_question_stands_beside_the_reply(desk):
    pages, case = desk
    page = pages.get(editor(case))

    assert "请修路灯，晚上很黑。" in page
    assert 'name="text"' in page


def test_a_reply_is_sent_to_the_leader_with_its_outcome_and_the_words_for_the_letter(desk, session):
    pages, case = desk
    pages.post(editor(case), act="send", **words(case, mail_text="请您核实现场情况。"))

    reply = session.scalars(select(Reply)).one()
    assert (reply.stage, reply.outcome) == (ReplyStage.UNIT_LEADER, "solved")
    assert reply.mail_text == "请您核实现场情况。"
    assert case.state is CaseState.REPLY_DRAFTED


def test_an_empty_reply_is_told_all_that_is_missing(desk, session):
    pages, case = desk
    page = pages.post(
        editor(case), status=422, act="send", **words(case, text=" \n", outcome="", mail_text="信")
    )

    assert "Please write the reply." in page
    assert "Say what the outcome is." in page
    assert ">信</textarea>" in page.replace("\r\n", "").replace("\n", "")
    assert session.scalar(select(func.count()).select_from(Reply)) == 0


def test_what_is_kept_for_later_asks_nobody_and_moves_nothing(desk, session):
    pages, case = desk
    page = pages.post(editor(case), act="keep", **words(case, text="先写一半", outcome=""))

    assert session.scalars(select(Reply)).one().stage is ReplyStage.HANDLER
    assert case.state is CaseState.IN_PROGRESS
    assert "先写一半" in page


def test_the_checker_says_why_to_look_again_and_stops_nobody(desk, session):
    pages, case = desk
    stock = "您好！您反映的问题已转有关部门处理，感谢您的关注！"
    page = pages.post(editor(case), act="check", **words(case, text=stock))

    assert "Very short" in page
    assert stock in page
    assert session.scalar(select(func.count()).select_from(Reply)) == 0
    pages.post(editor(case), act="send", **words(case, text=stock))
    assert case.state is CaseState.REPLY_DRAFTED


def test_a_template_is_put_behind_what_stands_there(desk, city, session, clock):
    pages, case = desk
    template = reply_templates.make(
        session,
        mailbox=city.mailbox,
        wording=Wording(
            "路灯答复",
            CaseState.REPLIED,
            "关于{编号}号留言：【核查情况】",
            mail_text="您在{信箱}的留言已办理。",
        ),
        actor=city.people.assigner,
        now=clock(),
    )
    session.commit()
    page = pages.post(
        editor(case), act="template", **words(case, text="您好。", template=str(template.id))
    )

    assert f"您好。\n\n关于{case.no}号留言：【核查情况】" in page
    assert f"您在{city.mailbox.topic.title}的留言已办理。" in page


def test_only_templates_of_the_domain_and_the_state_are_offered(desk, city, session, clock):
    pages, case = desk
    case.domain = Domain.TRANSPORT
    for name, state, domain in (
        ("交通答复", CaseState.REPLIED, Domain.TRANSPORT),
        ("通用答复", CaseState.REPLIED, None),
        ("教育答复", CaseState.REPLIED, Domain.EDUCATION),
        ("延期说明", CaseState.EXTENDED, None),
    ):
        reply_templates.make(
            session,
            mailbox=city.mailbox,
            wording=Wording(name, state, "正文", domain=domain),
            actor=city.people.assigner,
            now=clock(),
        )
    page = pages.get(editor(case))

    assert page.index("交通答复") < page.index("通用答复")
    assert "教育答复" not in page
    assert "延期说明" not in page


def test_a_template_that_is_not_offered_is_refused_and_the_words_stay(desk):
    pages, case = desk
    page = pages.post(
        editor(case),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        act="template",
        **words(case, template="999"),
    )

    assert "Choose a template." in page
    assert REPLY in page


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [({"text": " "}, "Please write the reply."), ({"outcome": ""}, "Say what the outcome is.")],
)
def test_what_is_missing_is_named_at_its_field(desk, session, missing, sentence):
    pages, case = desk
    page = pages.post(
        editor(case),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        act="send",
        **words(case, **({"mail_text": "信的文字"} | missing)),
    )

    assert sentence in page
    assert "信的文字" in page
    assert case.state is CaseState.IN_PROGRESS


def test_a_colleague_who_was_quicker_is_not_overwritten_and_nothing_typed_is_lost(
    desk, city, session
):
    pages, case = desk
    before = words(case)
    city.act(replying.draft, case, "handler", text="同事的答复。" + REPLY, outcome=Outcome.PLANNED)
    city.act(
        replying.send_back,
        case,
        "leader",
        reply=replying.current(session, case),
        code=ReturnReason.TONE,
    )
    page = pages.post(
        editor(case),
        status=HTTPStatus.CONFLICT,
        act="send",
        **(before | {"text": "我写的答复"}),
    )

    assert "我写的答复" in page
    assert "同事的答复。" in page
    assert replying.current(session, case).text.startswith("同事的答复。")


def test_two_who_keep_words_for_later_do_not_overwrite_each_other(desk, city, session, clock):
    pages, case = desk
    before = words(case, text="我写的")
    replying.keep(
        session,
        case=case,
        version=case.version,
        text="同事写的",
        actor=city.people.leader,
        now=clock(),
    )
    pages.post(editor(case), status=HTTPStatus.CONFLICT, act="keep", **before)

    assert replying.current(session, case).text == "同事写的"


def test_words_typed_for_a_case_that_was_given_to_others_are_not_lost(desk, city, session):
    pages, case = desk
    before = words(case, text="写了很久的答复")
    city.act(
        assigning.reassign, case, "assigner", unit=city.roads, co_units=[city.lamps], words="改派"
    )
    page = pages.post(editor(case), status=HTTPStatus.CONFLICT, act="send", **before)

    assert "写了很久的答复" in page
    assert case.state is CaseState.REASSIGNED


def test_of_a_returned_reply_the_reason_and_the_changes_are_shown(desk, city, session):
    pages, case = desk
    city.act(replying.draft, case, "handler", text=REPLY, outcome=Outcome.SOLVED)
    city.act(
        replying.send_back,
        case,
        "leader",
        reply=replying.current(session, case),
        code=ReturnReason.NO_DATE,
        note="请写明完成时间",
    )
    page = pages.get(editor(case))

    assert "Without a date" in page
    assert "请写明完成时间" in page


@pytest.mark.parametrize(
    ("who", "status"), [("assigner", 403), ("other_handler", 404), ("stranger", 403)]
)
def test_nobody_else_writes_it(pages, city, who, status):
    case = city.in_progress()
    pages.sign_in(getattr(city.people, who))
    pages.post(editor(case), status=HTTPStatus(status), act="send", **words(case))

    assert case.state is CaseState.IN_PROGRESS
