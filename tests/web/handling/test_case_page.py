"""The page of a case: what it shows to whom, and what can be left on it."""

import io
from datetime import timedelta

import pytest

from consult.services.records import ledger
from consult.services.suggesting import contacts
from consult.services.suggesting.contacts import ContactDetails
from models.casework import CaseFile, CaseNote, Meeting
from models.mailbox import Urgency
from models.person import Role
from models.suggestion import SuggestionKind
from tests.pages import text_of
from tests.queries import counted_queries


def url(case, rest=""):
    return f"/office/cases/{case.id}{rest}"


@pytest.fixture
def case(city, make):
    case = city.in_progress(proposal="请更换灯具")
    case.suggestion.contact = contacts.sealed(
        ContactDetails("张晓明", "13912345678", hidden_note="晚上方便"), make.vault
    )
    return case


def test_it_shows_the_message_the_steps_and_the_time_left(city, pages, case):
    page = pages.sign_in(city.people.handler).get(url(case))

    assert all(words in page for words in ("请修路灯", "请更换灯具", case.no, "剩余 10 个工作日"))
    for stage in ("采集", "研判", "流转", "会商", "帮办督学", "审核回复", "回访"):
        assert f"<h3>{stage}</h3>" in page
    assert f"/office/cases/{case.id}/reply" in page


def test_of_less_than_a_day_it_says_the_hours_even_across_midnight(city, pages, case):
    case.due_at = city.clock() + timedelta(hours=24)
    page = pages.sign_in(city.people.handler).get(url(case))
    assert "剩余 24 小时" in page


def test_it_says_since_when_it_is_late(city, pages, case):
    city.clock.now = case.due_at
    city.clock.advance(days=2)
    page = pages.sign_in(city.people.assigner).get(url(case))
    assert "超期" in page


def test_the_author_is_masked_until_somebody_opens_the_contact_and_says_why(
    city, pages, case, session
):
    page = pages.sign_in(city.people.handler).get(url(case))
    assert "139****5678" in page
    assert "13912345678" not in page
    assert "晚上方便" not in page

    page = pages.post(url(case, "/contact"), reason="visit")
    assert "13912345678" in page
    entry = ledger.of_subject(session, case.suggestion)[-1]
    assert (entry.act, entry.actor_id) == ("contact.revealed", city.people.handler.id)
    assert entry.detail["reason"] == "visit"


@pytest.mark.parametrize(("who", "status"), [("supervisor", 403), ("other_handler", 404)])
def test_who_does_not_work_on_it_opens_no_contact(city, pages, case, who, status, session):
    pages.sign_in(getattr(city.people, who))
    pages.post(url(case, "/contact"), status=status, reason="visit")
    assert "contact.revealed" not in {
        one.act for one in ledger.of_subject(session, case.suggestion)
    }


def test_a_reason_is_needed_for_the_contact(city, pages, case):
    pages.sign_in(city.people.handler).post(url(case, "/contact"), status=422, reason="curious")


def test_who_confirms_the_urgency_reads_which_words_propose_it(city, pages):
    case = city.send("楼道里闻到燃气泄漏的味道")
    page = text_of(pages.sign_in(city.people.assigner).get(url(case)))
    why = " ".join(page.partition("词语和规则建议")[2].split())
    assert why.startswith("特急（危及安全） 燃气泄漏")

    quiet = pages.get(url(city.send("建议多种树")))
    assert "未命中任何词语和规则" in quiet.partition("词语和规则建议")[2]
    city.accepted(title="交办")
    given = city.in_progress(title="小区停水三天")
    assert "词语和规则建议" not in pages.sign_in(city.people.handler).get(url(given))


def test_the_urgency_is_confirmed_by_the_assigner(city, pages, case):
    pages.sign_in(city.people.assigner)
    pages.post(url(case, "/urgency"), status=422, urgency="very")
    pages.post(url(case, "/urgency"), urgency="danger")
    assert (case.urgency, case.urgency_confirmed_by_id) == (
        Urgency.DANGER,
        city.people.assigner.id,
    )
    pages.sign_in(city.people.handler)
    pages.post(url(case, "/urgency"), status=403, urgency="routine")


@pytest.mark.parametrize("who", ["assigner", "handler", "leader", "supervisor"])
def test_a_report_has_no_page_for_those_it_is_kept_from(city, pages, who):
    case = city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    pages.sign_in(getattr(city.people, who))
    pages.get(url(case), status=404)
    pages.post(url(case, "/notes"), status=404, text="x")
    pages.post(url(case, "/contact"), status=404, reason="visit")
    pages.post(url(case, "/files"), status=404, file=(io.BytesIO(b"x"), "a.txt"))
    pages.get(url(case, "/meetings/new"), status=404)


def test_staff_are_led_to_the_page_for_authors_where_the_message_is_their_own(city, pages, make):
    clerk = make.staff(Role.ASSIGNER, city.mailbox.topic.agency)
    case = city.send("我自己的留言", author=clerk)
    page = pages.sign_in(clerk).get(url(case))

    assert "我自己的留言" in page
    assert "内部记录" not in page
    pages.post(url(case, "/notes"), status=403, text="给自己催办")


def test_notes_are_read_by_staff_and_never_by_the_author(city, pages, case):
    pages.sign_in(city.people.handler)
    page = pages.post(url(case, "/notes"), text="施工单位挖断电缆")
    assert "施工单位挖断电缆" in page
    pages.sign_in(city.people.citizen)
    assert "施工单位挖断电缆" not in pages.get(f"/messages/{case.no}/progress")


def test_a_note_that_will_not_do_comes_back_with_what_was_typed(city, pages, case, session):
    pages.sign_in(city.people.handler)
    typed = "长" * (CaseNote.MOST + 1)
    page = pages.post(url(case, "/notes"), status=422, text=typed)
    assert typed in page
    assert session.query(CaseNote).count() == 0


def test_a_handler_cannot_write_as_a_supervisor(city, pages, case, session):
    pages.sign_in(city.people.handler)
    pages.post(url(case, "/notes"), status=403, text="请尽快", kind="supervision")
    assert session.query(CaseNote).count() == 0


def test_a_file_is_kept_fetched_and_taken_off(city, pages, case, session):
    pages.sign_in(city.people.handler)
    page = pages.post(url(case, "/files"), file=(io.BytesIO(b"seen"), "现场情况.txt"))
    assert "现场情况.txt" in page
    file = session.query(CaseFile).one()

    assert pages.post(url(case, f"/files/{file.id}/fetch")) == "seen"
    pages.post(url(case, f"/files/{file.id}/remove"))
    pages.post(url(case, f"/files/{file.id}/fetch"), status=410)


@pytest.mark.parametrize(
    ("status", "form"),
    [
        (422, {}),
        (422, {"file": (b"", "a.txt")}),
        (422, {"file": (b"MZ", "a.exe")}),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_a_sentence(city, pages, case, status, form):
    sent = {name: (io.BytesIO(content), called) for name, (content, called) in form.items()}
    page = pages.sign_in(city.people.handler).post(url(case, "/files"), status=status, **sent)
    assert 'role="alert"' in page


def meeting(city, **values):
    return {
        "held_on": "2026-06-15",
        "subject": "路灯移交会商",
        "units": [str(city.lamps.id), str(city.roads.id)],
        "outcome": "agreed",
        "decision": "灯管处三日内修复。",
    } | values


def test_a_joint_meeting_stands_on_the_page_and_in_the_seven_steps(city, pages, case, session):
    pages.sign_in(city.people.handler)
    page = pages.post(url(case, "/meetings/new"), **meeting(city))
    assert all(words in page for words in ("路灯移交会商", "达成一致", "灯管处三日内修复。"))

    kept = session.query(Meeting).one()
    address = url(case, f"/meetings/{kept.id}")
    changed = meeting(city, decision="道路处修复。", version=str(kept.version))
    pages.post(address, **changed)
    assert kept.decision == "道路处修复。"
    page = pages.post(address, status=409, **changed | {"decision": "又改了"})
    assert "又改了" in page
    assert kept.decision == "道路处修复。"


def test_an_empty_record_of_a_meeting_is_told_what_is_missing_by_name(city, pages, case):
    empty = meeting(city, subject="", decision="", units=[str(city.lamps.id)])
    page = pages.sign_in(city.people.handler).post(url(case, "/meetings/new"), status=422, **empty)
    assert "请填写会商事项。" in page
    assert "请填写会商意见。" in page
    assert "联席会商至少有两个单位参加。" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_on": ""},
        {"held_on": "someday"},
        {"held_on": "2026-06-16"},
        {"units": []},
        {"units": ["987654", "987655"]},
        {"outcome": ""},
        {"outcome": "quarrel"},
        {"subject": " "},
        {"decision": ""},
    ],
)
def test_a_record_that_will_not_do_keeps_what_was_typed(city, pages, case, session, wrong):
    pages.sign_in(city.people.handler)
    form = meeting(city, minutes="逐条记录在此") | wrong
    page = pages.post(url(case, "/meetings/new"), status=422, **form)
    assert "逐条记录在此" in page
    assert session.query(Meeting).count() == 0


def test_what_belongs_to_another_case_is_not_found(city, pages, case, session):
    pages.sign_in(city.people.handler)
    pages.post(url(case, "/meetings/new"), **meeting(city))
    pages.post(url(case, "/files"), file=(io.BytesIO(b"seen"), "a.txt"))
    kept, file = session.query(Meeting).one(), session.query(CaseFile).one()
    other = city.in_progress(title="另一件在办的")

    pages.get(url(other, f"/meetings/{kept.id}"), status=404)
    pages.post(url(other, f"/files/{file.id}/fetch"), status=404)


def test_citizens_do_not_come_in(city, pages, case):
    pages.sign_in(city.people.stranger).get(url(case), status=403)


def test_the_work_does_not_grow_with_the_timeline(city, pages, case, session):
    pages.sign_in(city.people.handler)

    def asked():
        with counted_queries(session) as queries:
            pages.get(url(case))
        return queries.count

    pages.post(url(case, "/notes"), text="一")
    first = asked()
    for n in range(5):
        pages.post(url(case, "/notes"), text=f"第{n}条")
    assert asked() <= first
