"""Public pages for readers who are not signed in: no cookie, an ETag, and kept where it helps.

The version of a page is asked for before the page is made (one query): a reader who has it gets
304, another what is kept in this process, and only the rest is rendered. Who is signed in gets
what is in :mod:`consult.web.common_pages`; who has a message waiting gets a page of their own
that nobody keeps. A version is held for a moment, so that a rush of writes does not have every
page made anew for each reader.
"""

from flask import Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue

from consult.web import common_pages, versions
from consult.web.kept_pages import kept_pages

#: Where a request remembers the version of the page it asks for.
ASKED = "version_of_page"
VARY = ("Accept-Language", "Cookie")


def answer_from_what_is_kept() -> ResponseReturnValue | None:
    """Answer at once, if the page has not changed since it was made for another."""
    if request.method not in {"GET", "HEAD"} or request.endpoint not in versions.VERSIONS:
        return None
    if not is_anonymous():
        return common_pages.answer()
    tag = versions.tag("strangers")
    if tag is None:
        return None
    g.version_of_page = tag
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    page = kept_pages().get(_key(tag))
    return None if page is None else make_response(page)


def let_readers_keep(response: Response) -> Response:
    """Mark what everybody may keep, and keep it here too."""
    tag = g.pop(ASKED, None)
    if tag is None or response.status_code not in {200, 304} or "Set-Cookie" in response.headers:
        return response
    if session.modified or not is_anonymous() or response.cache_control.no_store:
        return response
    if response.status_code == 200 and request.method == "GET":  # noqa: PLR2004 - OK
        kept_pages().put(_key(tag), response.get_data())
    versions.hold()
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


def _key(tag: str) -> tuple[str, ...]:
    return (tag, request.full_path)
