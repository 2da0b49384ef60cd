"""The message board in a browser: from writing to closing, and one answer to thirty messages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from consult.services.handling import clocks, messages, passing_time
from consult.services.handling.messages import Message
from consult.services.handling.working_days import Calendar
from consult.services.people import passwords
from models.case import Case, CaseState, Clock, ClockKind
from models.cluster import Membership
from models.mailbox import Mailbox
from models.person import Role
from models.suggestion import Suggestion, SuggestionKind
from tests.browser.site import PASSWORD
from tests.browser.visitor import NARROW

SLUG = "chengjiang-mayor"
TITLE = "望山路的路灯坏了两个月"
CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"))
FIRST = "您好，望山路路灯由我单位负责。经6月3日现场查看，电缆破损，6月5日已更换完毕，联系电话0999-1234567。"
BETTER = "您好，望山路12盏路灯因电缆破损不亮。我单位6月3日到现场核查，依据《城市照明管理规定》第二十条，6月5日已更换电缆并全部恢复照明，联系电话0999-1234567。"
AGAIN = "您好，再次核查发现3号灯杆接头松动，6月20日已重新接线并夜间复测，12盏路灯均正常亮灯。如仍有问题请拨打0999-1234567，我们当天处理。"
PEOPLE = {
    "assigner": (Role.ASSIGNER, "city"),
    "lamps-leader": (Role.UNIT_LEADER, "lamps"),
    "roads-handler": (Role.HANDLER, "roads"),
    "roads-leader": (Role.UNIT_LEADER, "roads"),
}


@pytest.fixture(scope="module", autouse=True)
def board(site):
    """A mayor's mailbox, two offices below the city, and the people of all."""

    def build(session, make):
        city = make.agency("澄江市人民政府")
        units = {"city": city}
        units |= {
            "lamps": make.agency("路灯管理所", city),
            "roads": make.agency("道路养护中心", city),
        }
        inspection = make.agency("澄江市纪委监委")
        mailbox = make.mailbox(agency=city, report_unit=inspection)
        mailbox.topic.slug, mailbox.topic.title = SLUG, "市长信箱"
        for name, (role, unit) in PEOPLE.items():
            person = make.staff(role, units[unit], address=f"{name}@example.org")
            person.password_hash = passwords.hashed(PASSWORD)
        citizen = make.person("李晓梅", address="writer@example.org")
        citizen.password_hash = passwords.hashed(PASSWORD)

    site.arrange(build)


@pytest.fixture
def who(visit):
    """One browser for each person, opened when they first act."""
    known = {}

    def find(name, **options):
        if name not in known:
            known[name] = visit(f"{name}@example.org", **options)
        return known[name]

    return find


def ask(site, question):
    """What the database says to ``question(session)``."""
    found = []
    site.arrange(lambda session, make: found.append(question(session)))
    return found[0]


def case_of(site, title):
    query = select(Case.id).join(Case.suggestion).where(Suggestion.title == title)
    return ask(site, lambda session: session.scalar(query))


def state_of(site, case):
    return ask(site, lambda session: session.get_one(Case, case).state)


def let_the_window_close(site, case):
    """The days in which the author can rate are over; the clock does what it does then."""

    def hurry(session, make):
        now = datetime.now(UTC)
        query = select(Clock).filter_by(case_id=case, kind=ClockKind.RATING, stopped_at=None)
        session.scalars(query).one().due_at = now - timedelta(minutes=1)
        session.flush()
        passing_time.end_what_is_over(session, calendar=CALENDAR, now=now)

    site.arrange(hurry)


def act(visitor, case, name, **fields):
    """Take an act on its page; radio buttons and lists are chosen by their values."""
    visitor.go(f"/office/cases/{case}/acts/{name}").look(f"board-act-{name}")
    return send(visitor, fields)


def send(visitor, fields, button="main form button[type=submit]"):
    for field, value in fields.items():
        thing = visitor.page.locator(f"main [name={field}]")
        kind = thing.first.get_attribute("type")
        if kind == "radio":
            visitor.page.locator(f"main [name={field}][value='{value}']").check()
        elif thing.first.evaluate("one => one.tagName") == "SELECT":
            visitor.page.locator(f"main select[name={field}]").select_option(label=value)
        else:
            thing.first.fill(value)
    visitor.page.locator(button).first.click()
    visitor.page.wait_for_load_state()
    return visitor


def draft(visitor, case, text):
    visitor.go(f"/office/cases/{case}/reply").look("board-reply")
    return send(visitor, {"text": text, "outcome": "solved"}, "main button[name=act][value=send]")


def let_pass(visitor, case):
    visitor.go(f"/office/cases/{case}/review").look("board-review")
    return send(visitor, {}, "main button[name=verdict][value=pass]")


def publish(visitor, case):
    visitor.go(f"/office/cases/{case}/review")
    fold = visitor.page.locator("details.confirm:has(input[value=publish])")
    fold.locator("summary").click()
    fold.locator("button[type=submit]").click()
    visitor.page.wait_for_load_state()
    return visitor


def write(visitor, title):
    """Through the title and what is like it, to the receipt."""
    visitor.go(f"/mailboxes/{SLUG}").look("board-mailbox").go(f"/mailboxes/{SLUG}/write")
    visitor.look("board-write-title")
    send(visitor, {"title": title}, "main button[name=go][value=similar]")
    visitor.look("board-write-similar")
    if visitor.page.locator("main [name=facts]").count() == 0:
        send(visitor, {}, "main button[name=go][value=details]")
    visitor.look("board-write-details")
    visitor.page.locator("main select[name=domain]").select_option("urban")
    visitor.page.locator("main [name=publish_text]").check()
    fields = {"facts": "望山路从小学到菜场的十二盏路灯都不亮，接孩子放学很不安全。"}
    return send(visitor, fields, "main button[name=go][value=send]")


def rate(visitor, no, stars, words):
    visitor.go(f"/messages/{no}/progress").look("board-progress-rate")
    marks = {name: str(stars) for name in ("solved", "attitude", "speed")}
    for name, value in marks.items():
        visitor.page.locator(f"#rate [name={name}][value='{value}']").check()
    visitor.page.locator("#rate [name=words]").fill(words)
    visitor.page.locator("#rate button[type=submit]").click()
    visitor.page.wait_for_load_state()
    return visitor


def test_a_message_is_objected_to_answered_returned_rated_low_reopened_and_closed(site, who):
    citizen = write(who("writer"), TITLE).look("board-receipt")
    case = case_of(site, TITLE)
    no = ask(site, lambda session: session.get_one(Case, case).no)
    citizen.sees(no)

    assigner = who("assigner").go("/office/cases?queue=review").look("board-queue")
    assigner.sees(TITLE).go(f"/office/cases/{case}").look("board-case")
    act(assigner, case, "accept").look("board-accepted")
    act(assigner, case, "assign", unit="路灯管理所")
    act(who("lamps-leader"), case, "object", words="该路段路灯已移交道路养护中心，附移交清单。")
    assert state_of(site, case) is CaseState.OBJECTION
    act(assigner, case, "reassign", unit="道路养护中心", words="移交清单属实，由道路养护中心办理。")
    citizen.go(f"/messages/{no}/progress").look("board-progress").sees("道路养护中心")

    handler, leader = who("roads-handler"), who("roads-leader")
    act(handler, case, "take_up")
    draft(handler, case, FIRST)
    leader.go(f"/office/cases/{case}/review").look("board-review-leader")
    leader.press("退回承办人")
    send(
        leader,
        {"return-code": "no_grounds", "return-note": "请写明依据和恢复照明的盏数。"},
        "main button[name=verdict][value=return]",
    )
    assert state_of(site, case) is CaseState.REPLY_RETURNED
    handler.go(f"/office/cases/{case}/reply").sees("请写明依据和恢复照明的盏数。")
    draft(handler, case, BETTER)
    let_pass(leader, case)
    publish(assigner, case)
    assert state_of(site, case) is CaseState.REPLIED

    rate(citizen.go(f"/messages/{no}/progress").sees("已更换电缆"), no, 2, "还有三盏不亮。")
    assigner.go(f"/office/cases/{case}").look("board-case-rated")
    assert "还有三盏不亮。" not in assigner.text
    let_the_window_close(site, case)
    assigner.go(f"/office/cases/{case}").sees("还有三盏不亮。")
    act(assigner, case, "reopen", words="您反映的三盏灯我们再去查看。")

    act(handler, case, "take_up")
    draft(handler, case, AGAIN)
    let_pass(leader, case)
    publish(assigner, case)
    rate(citizen, no, 5, "都亮了，谢谢。")
    let_the_window_close(site, case)
    assert state_of(site, case) is CaseState.CLOSED
    citizen.go(f"/messages/{no}/progress").look("board-progress-closed").sees("已办结", "都亮了")
    citizen.go("/account/messages").look("board-mine").sees(TITLE)


def test_everybody_reads_the_answer_on_a_telephone_without_javascript(site, visit):
    case = case_of(site, TITLE)
    no = ask(site, lambda session: session.get_one(Case, case).no)
    reader = visit(size=NARROW, script=False)

    reader.go(f"/mailboxes/{SLUG}/answered").look("board-answered").sees(TITLE)
    reader.press(TITLE).look("board-message").sees("接头松动", "都亮了")
    assert no in reader.page.url


@pytest.fixture
def thirty(site):
    """Thirty people write the same, and grouping has them in one group."""
    title = "澄江三小门口没有斑马线"

    def build(session, make):
        mailbox = session.scalar(select(Mailbox).join(Mailbox.topic).filter_by(slug=SLUG))
        sent = [
            messages.send(
                session,
                mailbox=mailbox,
                author=make.person(f"家长{n}"),
                message=Message(
                    title=title,
                    facts=f"三小门口过马路没有斑马线，第{n}位家长请求施划。",
                    kind=SuggestionKind.ADVICE,
                    publish_text=True,
                ),
                vault=None,
                calendar=CALENDAR,
                now=make.clock(),
            ).suggestion
            for n in range(30)
        ]
        make.cluster(*sent, name=title)

    site.arrange(build)
    return title


def test_one_answer_serves_a_group_of_thirty(site, who, thirty):
    first = ask(
        site,
        lambda session: session.scalars(
            select(Case.id).join(Case.suggestion).where(Suggestion.title == thirty)
        ).all(),
    )
    group = ask(site, lambda session: session.get_one(Case, first[0]).suggestion_id)
    cluster = ask(site, lambda session: _group_of(session, group))
    assigner = who("assigner").go(f"/office/groups/{cluster}/join").look("board-join")
    assigner.sees("30")
    send(assigner, {"unit": "道路养护中心"}, "main .form-actions button[type=submit]")
    lead = ask(
        site,
        lambda session: session.scalar(
            select(Case.joined_to_id).where(Case.joined_to_id.is_not(None)).limit(1)
        ),
    )
    assert lead is not None
    joined = ask(
        site, lambda session: session.scalars(select(Case.id).filter_by(joined_to_id=lead)).all()
    )
    assert len(joined) == 29

    assigner.go(f"/office/cases/{lead}").look("board-joined-case")
    handler, leader = who("roads-handler"), who("roads-leader")
    act(handler, lead, "take_up")
    draft(
        handler,
        lead,
        "各位家长好，三小门口将于7月10日前施划斑马线并加装限速标志，依据《道路交通安全法》第三十四条，联系电话0999-7654321。",
    )
    let_pass(leader, lead)
    publish(assigner, lead)

    states = ask(
        site, lambda session: {session.get_one(Case, one).state for one in (lead, *joined)}
    )
    assert states == {CaseState.REPLIED}
    running = ask(
        site,
        lambda session: {
            clock.kind for one in joined for clock in clocks.running(session.get_one(Case, one))
        },
    )
    assert running == {ClockKind.RATING}
    some = ask(site, lambda session: session.get_one(Case, joined[17]).no)
    who("assigner").go(f"/messages/{some}").look("board-joined-message").sees(
        "施划斑马线并加装限速标志"
    )


def _group_of(session, suggestion):
    return session.get_one(Membership, suggestion).cluster_id
