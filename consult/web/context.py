"""What every template may use beside its own arguments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import format_date, format_datetime, format_decimal, format_timedelta, get_locale
from flask_babel import gettext as _

from consult.permissions import Permission, can
from consult.services.records.pages import Page
from consult.web import common_pages, current, labels
from consult.web.act_labels import act_label
from consult.web.supervision_labels import key_reason


@dataclass(frozen=True)
class Link:
    """An entry of the navigation."""

    label: str
    url: str
    #: What it says to a screen reader: "page", "true" for a part of the site, or nothing.
    current: str


def register(app: Flask) -> None:
    """Give the templates of ``app`` their shared names and filters."""
    app.context_processor(shared)
    app.jinja_env.globals["signed_in"] = lambda: current.person() is not None
    app.jinja_env.filters["label"] = labels.label
    app.jinja_env.filters["refusal_reason"] = labels.refusal_reason
    app.jinja_env.filters["named"] = labels.named
    app.jinja_env.filters["act"] = act_label
    app.jinja_env.filters["key_reason"] = key_reason
    app.jinja_env.filters["tag"] = lambda language: language.replace("_", "-")  # for lang=""
    app.jinja_env.filters["day"] = lambda moment: format_date(moment, "yyyy-MM-dd")
    app.jinja_env.filters["moment"] = lambda moment: format_datetime(moment, "yyyy-MM-dd HH:mm")
    app.jinja_env.filters["span"] = lambda span: format_timedelta(span, granularity="second")
    app.jinja_env.filters["counted"] = counted
    app.jinja_env.filters["percent"] = lambda share: f"{100 * share:.0f}%"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def counted(found: Page[Any]) -> str:
    """How many a list has; with a plus if nobody counted to the end."""
    return f"{format_decimal(found.total)}{'+' if found.more else ''}"


def shared() -> dict[str, Any]:
    """Names for all templates."""
    person = current.person()
    moment: datetime = current.now()
    return {
        "get_locale": get_locale,
        "languages": list(current_app.config["LANGUAGES"].items()),
        "nav": navigation(),
        "unread_notices": common_pages.unread(person) if person else 0,
        "now": moment,
        "Permission": Permission,
        "can": lambda permission, subject=None: can(person, permission, subject),
    }


def navigation() -> list[Link]:
    """The main navigation of whoever is looking."""
    person = current.person()
    entries = [
        (_("Home"), "public.home"),
        (_("Consultations"), "public.topics"),
        (_("Message board"), "mailboxes.index"),
        (_("Look up"), "public.lookup"),
        (_("How it works"), "public.about"),
    ]
    if person is not None:
        entries.append((_("My suggestions"), "account.my_suggestions"))
        entries.append((_("My messages"), "mailboxes.mine"))
        if person.is_staff:
            entries.append((_("Workbench"), "office.home"))
        if can(person, Permission.OPERATIONS_SEE):
            entries.append((_("Administration"), "admin.home"))
    return [Link(text, url_for(name), _current(name)) for text, name in entries]


def _current(name: str) -> str:
    """What an entry says of the page that is open: this page, this part, or nothing."""
    if request.endpoint == name:
        return "page"
    is_part = name == "mailboxes.index" and request.blueprint == "mailboxes"
    return "true" if is_part and request.endpoint != "mailboxes.mine" else ""
