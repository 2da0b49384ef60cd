"""The navigation at the side of the workbench."""

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from consult.permissions import Permission, can
from consult.web import current, labels


@dataclass(frozen=True)
class SideLink:
    """An entry; ``count`` stands behind it where it is not zero."""

    label: str
    url: str
    current: bool
    count: int = 0


def side() -> dict[str, Any]:
    """What ``layout/office.html`` shows at the side: the desk, and the consultation in hand."""
    slug = (request.view_args or {}).get("slug") or g.get("topic_slug")
    entries = [_link(_("My workbench"), "office.home")]
    if can(current.person(), Permission.TOPIC_DRAFT):
        entries.append(_link(_("New consultation"), "office.new_topic"))
    if slug:
        entries += [_link(label, endpoint, slug=slug) for label, endpoint in _of_topic()]
    return {"office_nav": entries, "agencies": _agencies()}


def _agencies() -> list[dict[str, str]]:
    """The agency one works in, where it is only one: the desk shows those of several together."""
    person = current.person()  # nobody, where this is the page that says so
    found = {one.agency_id: one.agency for one in (person.appointments if person else ())}
    return [{"name": labels.named(one)} for one in found.values()] if len(found) == 1 else []


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


def _link(label: str, endpoint: str, **arguments: Any) -> SideLink:
    return SideLink(label, url_for(endpoint, **arguments), request.endpoint == endpoint)
