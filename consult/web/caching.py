"""Public pages for readers who are not signed in: no cookie, an ETag, and kept where it helps.

The version of a page is asked for before the page is made (one query): a reader who has it gets
304, another what is kept in this process, and only the rest is rendered. Who is signed in, or has
a message waiting, gets a page of their own that nobody keeps. A version is held for a moment, so
that a rush of writes does not have every page made anew for each reader.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from consult.services.overview import page_versions
from consult.web import current, release
from consult.web.held_versions import HeldVersions
from consult.web.kept_pages import KeptPages

#: Where a request remembers the version of the page it asks for.
ASKED = "version_of_page"
#: ... and which page that is, if the version was not held.
FRESH = "version_to_hold"
VARY = ("Accept-Language", "Cookie")

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


def answer_from_what_is_kept() -> ResponseReturnValue | None:
    """Answer a reader without a session at once, if the page has not changed."""
    version = VERSIONS.get(request.endpoint or "")
    if version is None or request.method not in {"GET", "HEAD"} or not is_anonymous():
        return None
    page_asked = (request.endpoint, *sorted((request.view_args or {}).items()))
    found = _held().get(page_asked)
    if found is None:
        found = version(**(request.view_args or {}))
        if found is None:
            _held().drop(page_asked)
            return None
        g.version_to_hold = (page_asked, found)
    g.version_of_page = tag = _tag(found)
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    page = _kept().get(_key(tag))
    return None if page is None else make_response(page)


def let_readers_keep(response: Response) -> Response:
    """Mark what everybody may keep, and keep it here too."""
    tag = g.pop(ASKED, None)
    if tag is None or response.status_code not in {200, 304} or "Set-Cookie" in response.headers:
        return response
    if session.modified or not is_anonymous() or response.cache_control.no_store:
        return response
    if response.status_code == 200 and request.method == "GET":  # noqa: PLR2004 - OK
        _kept().put(_key(tag), response.get_data())
    if fresh := g.pop(FRESH, None):
        _held().put(*fresh)
    seconds = current_app.config["EDGE_SECONDS"]
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = (
        f"public, max-age=0, s-maxage={seconds}, stale-while-revalidate={2 * seconds}"
    )
    response.vary.update(VARY)
    return response


def is_anonymous() -> bool:
    """Whether the page is the same for this reader as for everybody."""
    return "_user_id" not in session and "_flashes" not in session


def _tag(version: str) -> str:
    text = f"{release.mark()} {get_locale()} {version}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _key(tag: str) -> tuple[str, ...]:
    return (tag, request.full_path)


def _held() -> HeldVersions:
    found = current_app.extensions.get("held_versions")
    if found is None:
        fresh = HeldVersions(current_app.config["READER_SECONDS"])
        found = current_app.extensions.setdefault("held_versions", fresh)
    versions: HeldVersions = found
    return versions


def _kept() -> KeptPages:
    found = current_app.extensions.get("kept_pages")
    if found is None:
        most = current_app.config["KEPT_PAGES_MB"] * 1024 * 1024
        found = current_app.extensions.setdefault("kept_pages", KeptPages(most))
    pages: KeptPages = found
    return pages
