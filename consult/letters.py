"""Puts letters into words: templates/letters/*.txt, in the language of whoever reads them."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale

from consult.services.answering.notices import Told
from consult.services.handling.told import PAGES
from consult.services.people.letters import Words
from models.notice import NoticeKind

#: Where `consult serve` listens unless it is told otherwise.
LOCAL = "http://127.0.0.1:8000"


def render(name: str, locale: str, **values: Any) -> Words:
    """Fill in ``templates/letters/<name>.txt``; its first line is the subject.

    The template sees what it is given, ``link(endpoint, …)`` and ``place(told)``, nothing of a
    request.
    """
    template = current_app.jinja_env.get_template(f"letters/{name}.txt")
    with force_locale(locale):
        text = template.render(values | {"link": link, "place": place, "site": link("public.home")})
    subject, _, body = text.strip().partition("\n")
    return Words(subject.strip(), body.strip() + "\n")


def link(endpoint: str, **values: Any) -> str:
    """The address of a page as letters give it, under PUBLIC_URL; works outside a request."""
    public = urlsplit(current_app.config["PUBLIC_URL"] or LOCAL)
    adapter = current_app.url_map.bind(
        public.netloc, script_name=public.path or "/", url_scheme=public.scheme
    )
    return adapter.build(endpoint, values, force_external=True)


def place(told: Told) -> str:
    """The address of what a notice about a case is about."""
    endpoint, values = case_place(told)
    return link(endpoint, **values)


def case_place(told: Told) -> tuple[str, dict[str, Any]]:
    """Where a notice about a case leads: the author, those who follow and staff have pages of their own."""
    case, kind = told.case, told.notice.kind
    if case is None or case.case is None or kind in PAGES:
        return "handling.duty", {}
    if kind is NoticeKind.CASE_FOLLOWED:
        return "mailboxes.message", {"no": case.no}
    if case.to_author:
        return "mailboxes.progress", {"no": case.no}
    if kind is NoticeKind.CASE_MOVED:
        return "handling.queues", {}  # the case itself is another unit's by now
    return "handling.case", {"case_id": case.case.id}
