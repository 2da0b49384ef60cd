"""What letters about cases say, and what they keep to themselves."""

import re

import pytest
from sqlalchemy import select

from consult.jobs.notices import deliver
from consult.jobs.runner import Runner
from consult.services.handling import assigning, reception, telling
from consult.services.handling.moves import CaseAct
from consult.services.handling.reception import Refused
from consult.services.handling.told import TO_AUTHOR
from models.case import CaseState, CaseStep
from models.duty import DutyCause, DutyPage
from models.notice import Letter, Notice, NoticeKind
from models.person import Role
from models.reply import ReturnReason
from models.suggestion import SuggestionKind

K = NoticeKind
ELSEWHERE = {K.DECIDED, K.ENACTED, K.OBJECTION_SETTLED, K.INVITED}
OF_CASES = [kind for kind in K if kind not in ELSEWHERE]
CLOCKED = {
    K.CASE_SUPPLEMENT_DUE,
    K.CASE_RATED_LOW,
    K.CASE_NEAR_DUE,
    K.CASE_OVERDUE,
    K.CASE_OVERDUE_UNIT,
    K.CASE_OVERDUE_SUPERVISED,
}
STATES = {
    K.CASE_RETURNED_FOR_MORE: CaseState.RETURNED_FOR_MORE,
    K.CASE_OBJECTED: CaseState.OBJECTION,
    K.DRAFT_WAITS: CaseState.REPLY_DRAFTED,
    K.DRAFT_RETURNED: CaseState.REPLY_RETURNED,
    K.CASE_APPEALED: CaseState.APPEAL,
}
CODES = {
    K.CASE_NOT_ACCEPTED: (CaseAct.REFUSE, Refused.COURT),
    K.DRAFT_RETURNED: (CaseAct.RETURN_REPLY, ReturnReason.NO_DATE),
}


@pytest.fixture
def bodies(app, session):
    """The letters in the outbox, opened: address, subject and words."""

    def act():
        vault = app.extensions["vault"]
        return [
            (vault.open(one.to_sealed), one.subject, vault.open(one.body_sealed))
            for one in session.scalars(select(Letter).order_by(Letter.id))
        ]

    return act


@pytest.fixture
def leave(city, session, clock):
    """Leaves a notice of any kind about a case."""

    def act(kind, case, person):
        case.state = STATES.get(kind, case.state)
        about = {"case": case, "suggestion": case.suggestion}
        act_, code = CODES.get(kind, (CaseAct.REFUSE, None))
        if kind in CLOCKED:
            about["clock"] = case.clocks[-1]
        elif kind in {K.DUTY_PAGED, K.DUTY_RAISED}:
            about["duty_page"] = DutyPage(
                key=f"case:{case.id}",
                mailbox=case.mailbox,
                case=case,
                cause=DutyCause.URGENT_CASE,
                level="danger",
                raised=0,
                created_at=clock(),
            )
        else:
            about["step"] = CaseStep(
                case=case,
                act=act_,
                state_before=case.state,
                state_after=case.state,
                round=1,
                unit_id=case.unit_id,
                reason="区法院\n已经立案",
                detail={"code": code.value} if code else {},
                created_at=clock(),
            )
        session.add(
            Notice(
                person=person,
                kind=kind,
                topic=case.topic,
                subject_key=f"test:{kind}",
                created_at=clock(),
                **about,
            )
        )
        session.flush()

    return act


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("kind", OF_CASES)
def test_every_kind_becomes_a_letter_that_leads_to_a_page(
    kind, locale, city, leave, session, bodies, clock, app
):
    case = city.accepted(title="请修路灯", publish_text=True)
    person = city.people.citizen if kind in TO_AUTHOR else city.people.assigner
    person.locale = locale
    leave(kind, case, person)
    assert deliver(session, clock()).letters == 1
    [(_to, subject, body)] = bodies()
    assert subject
    assert "%(" not in subject + body
    assert ("\u4e00" <= subject[0] <= "\u9fff") is (locale != "en")
    [address] = re.findall(r"https?://\S+(?:messages|office)\S*", body)
    wanted = f"/messages/{case.no}" if kind in TO_AUTHOR | {K.CASE_FOLLOWED} else "/office/"
    assert wanted in address


@pytest.mark.parametrize("kind", [kind for kind in OF_CASES if kind is not K.CASE_FOLLOWED])
def test_of_a_report_a_letter_says_its_number_and_nothing_else(
    kind, city, leave, session, bodies, clock
):
    case = city.send("灯管处收钱", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    person = city.people.citizen if kind in TO_AUTHOR else city.people.inspector
    leave(kind, case, person)
    deliver(session, clock())
    [(_to, subject, body)] = bodies()
    said = subject + body
    assert case.no in said
    for kept in ("收钱", "灯管处", "区法院", "立案", "纪检组"):
        assert kept not in said


def test_the_author_reads_the_reason_and_the_right_channel(city, session, bodies, clock):
    case = city.send("请判我赢")
    city.act(
        reception.refuse,
        case,
        "assigner",
        reason=Refused.COURT,
        channel="区法院",
        words="已在诉讼中",
    )
    telling.tell_steps(session, now=clock())
    deliver(session, clock())
    body = next(body for _to, subject, body in bodies() if "不予受理" in subject)
    assert "区法院" in body
    assert "已在诉讼中" in body
    assert "诉讼" in body


def test_staff_words_are_not_told_to_the_author(city, session, bodies, clock):
    case = city.assigned()
    city.act(assigning.object_to, case, "handler", words="这是内部意见")
    telling.tell_steps(session, now=clock())
    deliver(session, clock())
    to_citizen = [b for _to, _s, b in bodies() if "messages/" in b]
    to_staff = [b for _to, _s, b in bodies() if "messages/" not in b]
    assert not [b for b in to_citizen if "内部意见" in b]
    assert [b for b in to_staff if "内部意见" in b]


def test_what_is_over_by_then_is_not_mailed(city, session, bodies, clock):
    case = city.drafted()
    telling.tell_steps(session, now=clock())
    city.publish(case)
    deliver(session, clock())
    assert not [s for _to, s, _b in bodies() if "待审核" in s]


def test_an_alarm_goes_out_though_no_mail_is_wanted_and_to_a_telephone(
    city, make, session, bodies, clock, app
):
    officer = make.staff(Role.ANALYST, city.mailbox.topic.agency, address="+8613800001111")
    officer.mail_wanted, officer.address_masked = False, "138****1111"
    city.mailbox.duty_officer = officer
    city.send("楼里燃气泄漏")
    telling.tell_arrivals(session, now=clock())
    deliver(session, clock())
    [(to, _subject, body)] = [one for one in bodies() if "告警" in one[1]]
    assert to == "+8613800001111"
    assert "燃气泄漏" in body


def test_letters_of_one_kind_go_out_as_one(city, session, bodies, clock):
    for n in range(3):
        city.assigned(title=f"第{n}盏灯")
    telling.tell_steps(session, now=clock())
    deliver(session, clock())
    given = [b for _to, s, b in bodies() if s == "新的交办件"]
    assert len(given) == 2, "one for the handler, one for the leader"
    assert all(f"第{n}盏灯" in body for n in range(3) for body in given)


def test_letters_to_staff_wait_for_more_and_alarms_and_authors_do_not(
    app, city, session, bodies, clock
):
    city.assigned()
    city.send("楼里燃气泄漏")
    telling.tell_arrivals(session, now=clock())
    telling.tell_steps(session, now=clock())
    session.commit()
    run = Runner(app).run_due
    run(["notices"])
    subjects = {subject for _to, subject, _body in bodies()}
    assert {"您的留言已交办", "值班告警，请立即确认"} <= subjects
    assert "新的交办件" not in subjects
    session.commit()
    clock.advance(minutes=31)
    run(["notices"])
    assert "新的交办件" in {subject for _to, subject, _body in bodies()}
