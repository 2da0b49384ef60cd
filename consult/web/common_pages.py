"""Public pages for citizens who are signed in: one page for all of them, with what is each one's own put in.

Most of what they see is the same: it is made once for :func:`_anybody`, under the same versions as
the pages of strangers, and kept with marks that nobody can guess where a name and the token of the
forms belong. Who wrote or supports something on it, holds an office or has a message waiting gets
a page of their own, as does who asks for a page that is not open to all.
"""

import re
import secrets
from http import HTTPStatus

from flask import Flask, Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from consult.exceptions import Refusal
from consult.services.answering import notices
from consult.services.suggesting import faces
from consult.web import current, identity, versions
from consult.web.kept_pages import kept_pages
from models.person import Person

#: Pages that say nothing of their reader but what is put in, and what one wrote and supports.
COMMON = frozenset(
    f"public.{name}"
    for name in (
        *("topic", "clause", "suggestions", "groups", "group", "suggestion"),
        *("outcome", "final", "final_clause"),
    )
)
TOKEN, NAME = secrets.token_hex(16), secrets.token_hex(16)
#: Where a page shows whether its reader supports a suggestion.
SUPPORTED = re.compile(rb'action="[^"]*/suggestions/(\d+)/support"')
#: The cookie of a browser that sent something just now: its reader must see what came of it.
ACTED = "acted"


def register(app: Flask) -> None:
    """Let ``app`` know who just acted."""
    app.after_request(remember_who_acted)


def answer() -> ResponseReturnValue | None:
    """The page as all citizens see it, with the reader's own in it; None if they need their own."""
    if request.endpoint not in COMMON or request.method != "GET" or "_flashes" in session:
        return None
    reader = current.person()
    if reader is None or reader.appointments:
        return None
    tag = versions.tag("citizens", held=ACTED not in request.cookies)
    if tag is None:
        return None
    key = (tag, request.full_path, str(unread(reader)))
    kept = kept_pages().get(key)
    if kept is None:
        kept = _made_for_anybody(reader)
        if kept is None:
            return None
        kept_pages().put(key, kept)
    versions.hold()
    ids, _, page = kept.partition(b"\n")
    if faces.concerned(current.session(), reader, [int(one) for one in ids.split()]):
        return None
    return _filled(page, reader)


def unread(person: Person) -> int:
    """How many notices wait for the reader; asked once a request."""
    if "unread" not in g:
        g.unread = notices.unread(current.session(), person=person)
    count: int = g.unread
    return count


def remember_who_acted(response: Response) -> Response:
    """Have a browser that sent something asked for the newest pages for a while."""
    seconds = 2 * current_app.config["READER_SECONDS"]
    if request.method == "POST" and "_user_id" in session and seconds:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            ACTED, "1", max_age=int(seconds) + 1, httponly=True, samesite="Lax", secure=secure
        )
    return response


def _made_for_anybody(reader: Person) -> bytes | None:
    """The ids of the suggestions on the page, a line's end, and the page with its marks."""
    view = current_app.view_functions[request.endpoint or ""]
    arguments = request.view_args or {}
    identity.take_for(_anybody())
    try:
        made = make_response(current_app.ensure_sync(view)(**arguments))
    except Refusal:
        return None  # who may see it may still be this reader
    finally:
        identity.take_for(reader)
    if made.status_code != HTTPStatus.OK or made.cache_control.no_store:
        return None
    page = made.get_data().replace(generate_csrf().encode(), TOKEN.encode())
    ids = dict.fromkeys(SUPPORTED.findall(page))
    if request.endpoint == "public.suggestion":
        ids[str(arguments["id"]).encode()] = None
    return b" ".join(ids) + b"\n" + page


def _anybody() -> Person:
    """A citizen who did nothing yet; of no session of the database."""
    return Person(id=0, name=NAME)


def _filled(page: bytes, reader: Person) -> Response:
    own = {TOKEN: generate_csrf(), NAME: str(escape(reader.name))}
    for mark, words in own.items():
        page = page.replace(mark.encode(), words.encode())
    return make_response(page)
