"""The navigation at the side of the workbench."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from consult.permissions import Permission, can
from consult.services.caseload import queues, sight
from consult.services.caseload.queues import MOST_COUNTED, TASKS, Queue
from consult.services.handling import duty
from consult.web import current, labels
from consult.web.casework import calendar
from models.person import Person, Role

#: Who has to do with messages, and who looks at what became of them.
CASE_ROLES = {Role.HANDLER, Role.UNIT_LEADER, Role.ASSIGNER, Role.SUPERVISOR, Role.AUDITOR}


@dataclass(frozen=True)
class SideLink:
    """An entry; ``count`` stands behind it where it is not zero, ``section`` above the first of many."""

    label: str
    url: str
    current: bool
    count: str = ""
    section: str = ""


def side() -> dict[str, Any]:
    """What ``layout/office.html`` shows at the side: the desk, cases, figures, and what is in hand."""
    person = current.person()  # nobody, where this is the page that says so
    slug = (request.view_args or {}).get("slug") or g.get("topic_slug")
    in_mailbox = bool(slug) and sight.is_mailbox(current.session(), slug)
    entries = [_link(_("My workbench"), "office.home")]
    entries += _section(_("Messages"), _of_cases(person))
    if slug and in_mailbox:
        entries += _section(_("This mailbox"), _links(_of_mailbox(), slug=slug))
    entries += _section(_("Supervision"), _of_numbers(person))
    if can(person, Permission.TOPIC_DRAFT) or (slug and not in_mailbox):
        found = _links(_of_topic(), slug=slug) if slug and not in_mailbox else []
        entries += _section(_("Consultations"), [*_new(person), *found])
    return {"office_nav": entries, "agencies": _agencies(person)}


def case_counts() -> dict[Queue, int]:
    """How many cases wait in each queue of whoever is looking; asked for once a request."""
    if "case_counts" not in g:
        person = current.somebody()
        desk = queues.desk(person, calendar=calendar(), now=current.now())
        g.case_counts = queues.counts(current.session(), desk)
    found: dict[Queue, int] = g.case_counts
    return found


def _of_cases(person: Person | None) -> list[SideLink]:
    if not _holds(person, CASE_ROLES):
        called = _of_duty(person)  # who has the duty may hold any role
        return [called] if called.count else []
    waiting = sum(count for queue, count in case_counts().items() if queue in TASKS)
    text = f"{MOST_COUNTED}+" if waiting > MOST_COUNTED else str(waiting or "")
    here = request.endpoint == "handling.queues" or "/office/cases/" in request.path
    found = [SideLink(_("Cases"), url_for("handling.queues"), here, text)]
    found.append(_of_duty(person))
    if can(person, Permission.MAILBOX_MANAGE):
        found.append(_link(_("Mailboxes"), "handling.mailboxes"))
    if can(person, Permission.CALENDAR_EDIT):
        year = current.now().astimezone(calendar().zone).year
        found.append(_link(_("Working days"), "handling.calendar", year=year))
    return found


def _of_duty(person: Person | None) -> SideLink:
    """With how many alarms wait: this one nobody should have to look for."""
    waiting = duty.waiting(current.session(), reader=person) if person is not None else 0
    here = request.endpoint == "handling.duty"
    return SideLink(_("Duty desk"), url_for("handling.duty"), here, str(waiting or ""))


def _of_numbers(person: Person | None) -> list[SideLink]:
    if not _holds(person, CASE_ROLES):
        return []
    return _links(
        [
            (_("Numbers"), "supervising.numbers"),
            (_("Month board"), "supervising.months"),
            (_("Surges"), "supervising.surges"),
            (_("Key messages"), "supervising.digests"),
            (_("Left out of the rates"), "supervising.exclusions"),
        ]
    )


def _of_mailbox() -> list[tuple[str, str]]:
    """Its pages have tabs of their own; the groups of its messages lie elsewhere."""
    return [(_("About the mailbox"), "handling.mailbox"), (_("Groups of messages"), "office.board")]


def _new(person: Person | None) -> list[SideLink]:
    if not can(person, Permission.TOPIC_DRAFT):
        return []
    return [_link(_("New consultation"), "office.new_topic")]


def _of_topic() -> list[tuple[str, str]]:
    found = [
        (_("This consultation"), "office.topic"),
        (_("Draft text"), "office.document"),
        (_("Files"), "office.attachments"),
        (_("Groups"), "office.board"),
        (_("Objections"), "office.objections"),
        (_("Decisions"), "office.decisions"),
    ]
    if can(current.person(), Permission.TOPIC_REPORT):
        found.append((_("Final text"), "office.enact"))
    return [*found, (_("Import and export"), "office.exchange")]


def _agencies(person: Person | None) -> list[dict[str, str]]:
    """The agency one works in, where it is only one: the desk shows those of several together."""
    found = {one.agency_id: one.agency for one in (person.appointments if person else ())}
    return [{"name": labels.named(one)} for one in found.values()] if len(found) == 1 else []


def _holds(person: Person | None, roles: set[Role]) -> bool:
    return (
        person is not None
        and person.is_active
        and any(one.role in roles for one in person.appointments)
    )


def _section(title: str, links: Iterable[SideLink]) -> list[SideLink]:
    """The links, the first with what they are called together."""
    found = list(links)
    if found:
        first = found[0]
        found[0] = SideLink(first.label, first.url, first.current, first.count, title)
    return found


def _links(entries: Iterable[tuple[str, str]], **arguments: Any) -> list[SideLink]:
    return [_link(label, name, **arguments) for label, name in entries]


def _link(label: str, endpoint: str, **arguments: Any) -> SideLink:
    return SideLink(label, url_for(endpoint, **arguments), request.endpoint == endpoint)
