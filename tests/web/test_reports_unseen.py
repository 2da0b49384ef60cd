"""举报: to whoever may not know of a report, the whole platform looks as if it had never been sent.

Every page is read before somebody sends a report and after it, with the report's own numbers in the
addresses too; nothing may differ: no row, no count, no status. Pages that come later are read as well.
"""

import io
import re
import zipfile

import pytest
from sqlalchemy import func, inspect, select

from consult.jobs.runner import Runner
from consult.services.handling import assigning, reception
from models.case import Case
from models.person import Role
from models.suggestion import Suggestion, SuggestionKind
from models.topic import Topic, TopicMode
from tests.web.world import ask

SECRET = "收受礼金"
#: What the operator of the machines sees (how many letters wait, whoever they are for), and what
#: belongs to the browser alone.
LEFT_OUT = ("admin.operations", "probes.", "static", "account.sign_out", "account.end_session")
#: Other each time that a page is made.
FLEETING = re.compile(
    r"\d{3}-[0-9a-f]{12}|\?v=\w+|/assets/\w+/"
    r'|csrf_token"\s+value="[^"]*"|csrf-token" content="[^"]*"'
)
#: Places in addresses that stand for a message.
ABOUT = {"case_id", "id", "no"}
#: Who may not know of it.
AUDIENCES = {
    "nobody": lambda city, make: None,
    "a stranger": lambda city, make: city.people.stranger,
    "the leader of the unit named": lambda city, make: city.people.leader,
    "a handler of the unit named": lambda city, make: city.people.handler,
    "an auditor of the unit named": lambda city, make: make.staff(Role.AUDITOR, city.lamps),
    "the assigner of the mailbox": lambda city, make: city.people.assigner,
    "the supervisor of the mailbox": lambda city, make: city.people.supervisor,
    "an analyst": lambda city, make: make.staff(Role.ANALYST, city.mailbox.topic.agency),
    "a drafter": lambda city, make: make.staff(Role.DRAFTER, city.mailbox.topic.agency),
    "an auditor": lambda city, make: make.staff(Role.AUDITOR, city.mailbox.topic.agency),
    "an administrator": lambda city, make: make.staff(
        Role.ADMINISTRATOR, city.mailbox.topic.agency
    ),
}
OFTEN = {"the leader of the unit named"}


@pytest.fixture
def board(city):
    """Messages at several stages, so that no page is empty for want of rows."""
    city.replied(title="路灯换新", publish_text=True)
    city.in_progress(title="路灯太暗", author=city.people.stranger, publish_text=True)
    return city


def values(session, *, of_report):
    """What stands in the places of addresses: of the report (before it is there too), or of others."""
    topic = session.scalar(select(Topic).filter_by(mode=TopicMode.MAILBOX))
    case = session.scalar(select(func.max(Case.id)).where(~Case.confidential))
    suggestion = session.scalar(select(Case.suggestion_id).where(Case.id == case))
    if of_report:
        case, suggestion = case + 1, suggestion + 1
    return {
        "slug": topic.slug,
        "case_id": case,
        "id": suggestion,
        "suggestion_id": suggestion,
        "no": f"{topic.id:04d}-{suggestion:06d}",
        "year": 2026,
        "filename": "css/base.css",
    }


def filled(app, known, method):
    """Endpoint and address of every page that takes ``method``; what is not known is a first guess."""
    for rule in app.url_map.iter_rules():
        if method in rule.methods and not rule.endpoint.startswith(LEFT_OUT):
            guessed = {name: _first(one) for name, one in rule._converters.items()}
            chosen = {name: known.get(name, guess) for name, guess in guessed.items()}
            _host, address = rule.build(chosen | (rule.defaults or {}))
            yield rule, address


def _first(converter):
    items = getattr(converter, "items", None)
    if items:
        return min(items)
    return 1 if type(converter).__name__ == "IntegerConverter" else "1"


def read(app, pages, known):
    """Address → status and words, of every page; and of what is sent about the report's numbers."""
    seen = {}
    for _rule, address in filled(app, known, "GET"):
        answer = ask(pages, "GET", address)
        seen[address] = (answer.status_code, FLEETING.sub("", _words_of(answer)))
    return seen


def _words_of(answer):
    """The whole answer; of a zipped file what stands in its parts, which are dated themselves."""
    data = answer.get_data()
    if not data.startswith(b"PK"):
        return data.decode("latin-1")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = [name for name in parts.namelist() if not name.startswith("docProps")]
        return "\n".join(parts.read(name).decode("latin-1") for name in names)


def sent(app, pages, known):
    """The same of what is sent, in vain, about the report's own numbers."""
    seen = {}
    for rule, address in filled(app, known, "POST"):
        of_others = rule.endpoint.startswith(("office.", "admin.")) and "id" in rule.arguments
        if ABOUT & rule.arguments and not of_others:  # decisions and people have other numbers
            answer = ask(pages, "POST", address, {"version": "1", "support": "yes"})
            seen[address] = (answer.status_code, FLEETING.sub("", _words_of(answer)))
    return seen


@pytest.mark.parametrize(
    "audience",
    [name if name in OFTEN else pytest.param(name, marks=pytest.mark.slow) for name in AUDIENCES],
)
def test_the_platform_looks_as_if_the_report_had_never_been_sent(
    app, session, pages, board, make, audience
):
    person, kept = AUDIENCES[audience](board, make), _ids(board)
    session.commit()
    _work(app, session)
    if person is not None:
        pages.sign_in(person)
    before = _everything(app, session, pages)

    report = _send(_again(session, board, kept))
    number = report.suggestion_id
    _work(app, session)
    assert number == session.scalar(select(func.max(Suggestion.id)))
    after = _everything(app, session, pages)

    as_sent = SECRET.encode().decode("latin-1")
    differing = {address for address in before if before[address] != after[address]}
    assert not differing, {one: _difference(before[one], after[one]) for one in differing}
    assert not [one for one, (_status, words) in after.items() if as_sent in words]
    assert sum(status == 200 for status, _words in before.values()) > 10


def _everything(app, session, pages):
    others = values(session, of_report=False)
    its = values(session, of_report=True)
    return {**read(app, pages, others), **read(app, pages, its), **sent(app, pages, its)}


def _send(city):
    """A report that is under way already: accepted, and given to another unit."""
    case = city.send(
        SECRET,
        facts=f"{SECRET}，晚上很黑。",
        author=city.people.citizen,  # who has written before: no count of people may move
        kind=SuggestionKind.REPORT,
        named_unit=city.lamps,
        publish_text=True,
    )
    city.act(reception.accept, case, "inspector")
    city.act(assigning.assign, case, "inspector", unit=city.mailbox.report_unit)
    return case


def _ids(city):
    """What finds the rows of the city again: pages and jobs end the session that they were read in."""
    things = {**vars(city.people), "mailbox": city.mailbox}
    return {name: (type(one), inspect(one).identity) for name, one in things.items()}


def _again(session, city, kept):
    found = {name: session.get(model, key) for name, (model, key) in kept.items()}
    city.mailbox = found.pop("mailbox")
    vars(city.people).update(found)
    city.lamps = city.people.handler.appointments[0].agency
    return city


def _work(app, session):
    """Let the background work do what there is to do; it sees what is committed."""
    session.commit()
    Runner(app).run_due()
    session.expire_all()


def _difference(before, after):
    """The first place at which two answers part."""
    if before[0] != after[0]:
        return f"{before[0]} became {after[0]}"
    place = next(
        (
            n
            for n, (one, other) in enumerate(zip(before[1], after[1], strict=False))
            if one != other
        ),
        min(len(before[1]), len(after[1])),
    )
    start = max(0, place - 80)
    return f"…{before[1][start : place + 80]}… became …{after[1][start : place + 80]}…"
