"""What somebody looks for among the cases, as an address says it."""

from enum import StrEnum
from typing import Any, TypeVar

from flask import url_for
from werkzeug.datastructures import MultiDict

from consult.services.caseload import case_search, units
from consult.services.caseload.case_search import Wanted
from consult.services.people import regions
from consult.web import current, labels
from consult.web.numbers import number
from models.case import CaseState
from models.mailbox import Domain, Urgency
from models.suggestion import SuggestionKind

Member = TypeVar("Member", bound=StrEnum)
#: What an address may ask for, in the order of the page.
NAMES = ("q", "mailbox", "state", "urgency", "domain", "kind", "region", "unit")


def look(arguments: MultiDict[str, str]) -> tuple[Wanted, dict[str, Any]]:
    """What an address asks for, and what the form around the list offers.

    What an address says wrongly is passed over. Three queries.
    """
    session = current.session()
    mailboxes = case_search.mailboxes(session, current.somebody())
    known, places = units.choosable(session), regions.every(session)
    wanted = Wanted(
        words=arguments.get("q", "").strip(),
        domain=_member(Domain, arguments.get("domain")),
        region=next((one for one in places if one.code == arguments.get("region")), None),
        kind=_member(SuggestionKind, arguments.get("kind")),
        state=_member(CaseState, arguments.get("state")),
        urgency=_member(Urgency, arguments.get("urgency")),
        unit=next((one for one in known if one.id == number(arguments.get("unit"))), None),
        mailbox=next(
            (one for one in mailboxes if one.topic_id == number(arguments.get("mailbox"))), None
        ),
    )
    offered = {
        "mailbox": [(one.topic_id, one.topic.title) for one in mailboxes],
        "state": labels.choices(CaseState),
        "urgency": labels.choices(Urgency),
        "domain": labels.choices(Domain),
        "kind": labels.choices(SuggestionKind),
        "region": [(one.code, labels.named(one)) for one in places],
        "unit": [(one.id, labels.named(one)) for one in known],
    }
    asked = {name: arguments[name] for name in NAMES if arguments.get(name, "").strip()}
    return wanted, {"offered": offered, "asked": asked}


def _member(kind: type[Member], value: str | None) -> Member | None:
    return kind(value) if value in set(kind) else None


def chips(around: dict[str, Any], queue: StrEnum) -> list[tuple[str, str]]:
    """By what the list is narrowed, each with the address without it."""
    asked: dict[str, str] = around["asked"]
    found = []
    for name, value in asked.items():
        named = {str(key): text for key, text in around["offered"].get(name, [])}
        if name == "q" or value in named:
            rest: dict[str, Any] = {key: other for key, other in asked.items() if key != name}
            found.append((str(named.get(value, value)), url_for(".queues", queue=queue, **rest)))
    return found
