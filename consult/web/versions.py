"""Which version of a public page stands now: asked once a request, and held for a moment in a rush."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import current_app, g, request
from flask_babel import get_locale

from consult.services.overview import page_versions
from consult.web import current, release
from consult.web.held_versions import HeldVersions

#: Where a request remembers the version that it found and may hold.
FRESH = "version_to_hold"

Version = Callable[..., str | None]


def _topic(slug: str, **_rest: Any) -> str | None:
    return page_versions.of_topic(current.session(), slug, now=current.now())


def _suggestion(id: int) -> str | None:  # noqa: A002 - its name in the address
    return page_versions.of_suggestion(current.session(), id, now=current.now())


def _group(id: int) -> str | None:  # noqa: A002 - its name in the address
    return page_versions.of_group(current.session(), id, now=current.now())


def _mailbox(slug: str) -> str | None:
    return page_versions.of_mailbox(current.session(), slug, now=current.now())


def _message(no: str) -> str | None:
    return page_versions.of_message(current.session(), no, now=current.now())


def _platform() -> str:
    return page_versions.of_platform(current.session(), now=current.now())


def _nothing() -> str:
    return page_versions.of_nothing(now=current.now())


#: What the version of a page follows. A page that is not here is never kept by anybody.
VERSIONS: dict[str, Version] = {
    "public.home": _platform,
    "public.topics": _platform,
    "public.about": _nothing,
    "public.lookup": _nothing,
    "public.topic": _topic,
    "public.clause": _topic,
    "public.suggestions": _topic,
    "public.suggest": _topic,
    "public.groups": _topic,
    "public.outcome": _topic,
    "public.final": _topic,
    "public.final_clause": _topic,
    "public.suggestion": _suggestion,
    "public.group": _group,
    "mailboxes.index": _platform,
    "mailboxes.mailbox": _mailbox,
    "mailboxes.answered": _mailbox,
    "mailboxes.message": _message,
}


def tag(readers: str, *, held: bool = True) -> str | None:
    """The version of the page asked for; None if it has none, or is not public.

    ``readers`` are those who may share it. Without ``held`` it is always asked of the database.
    Call :func:`hold` once the page of that version is there.
    """
    version = VERSIONS.get(request.endpoint or "")
    if version is None:
        return None
    page = (readers, request.endpoint, *sorted((request.view_args or {}).items()))
    found = _held().get(page) if held else None
    if found is None:
        found = version(**(request.view_args or {}))
        if found is None:
            _held().drop(page)
            return None
        if held:
            g.version_to_hold = (page, found)
    text = f"{readers} {release.mark()} {get_locale()} {found}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def hold() -> None:
    """Hold the version that this request asked for: its page is there now."""
    if fresh := g.pop(FRESH, None):
        _held().put(*fresh)


def _held() -> HeldVersions:
    found = current_app.extensions.get("held_versions")
    if found is None:
        fresh = HeldVersions(current_app.config["READER_SECONDS"])
        found = current_app.extensions.setdefault("held_versions", fresh)
    versions: HeldVersions = found
    return versions
