"""Pieces of pages that many pages show, such as a suggestion in a list: rendered once, then kept.

A piece is kept under everything it says, so that one that changed is never found and nothing has
to be forgotten. What is the reader's own stands in it as a mark that nobody can guess, and is put in
each time: the token of the form and the address to come back to.
"""

import secrets
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, current_app, request
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from consult.services.suggesting.faces import PublicSuggestion
from consult.web import current
from consult.web.kept_pages import KeptPages

#: Of the room for whole pages, as much again as this part is for pieces.
PART = 8
TOKEN, BACK = secrets.token_hex(16), secrets.token_hex(16)
#: What Werkzeug leaves as it is in the query of an address.
SAFE = "!$'()*,/:;?@"

Macro = Callable[..., Markup]


def register(app: Flask) -> None:
    """Let the templates of ``app`` keep pieces."""
    app.jinja_env.globals["kept_quote"] = kept_quote


def kept_quote(
    render: Macro, face: PublicSuggestion, slug: str, back: str, closed: str, *rest: object
) -> Markup:
    """What ``render(face, slug, back, closed, *rest)`` makes of a suggestion, from what is kept if it is there.

    Of the reader it depends on whether somebody is signed in, and on what ``face`` says of them.
    """
    known = current.person() is not None
    start = (render.name, request.script_root, str(get_locale()), known)  # type: ignore[attr-defined]
    key = repr((*start, _said(face), slug, bool(back), str(closed), rest))
    found = _kept().get((key,))
    if found is None:
        page = render(face, slug, BACK if back else "", closed, *rest)
        found = (page.replace(generate_csrf(), TOKEN) if known else page).encode()
        _kept().put((key,), found)
    return _filled(found.decode(), back, known=known)


def _said(face: PublicSuggestion) -> tuple[object, ...]:
    """All that a page may show of a suggestion, as values."""
    clause, question = face.clause, face.question
    return (
        *(face.id, face.no, face.title, face.facts, face.proposal, face.place, face.kind.value),
        *(face.created_at, face.author_name, face.author_kind.value),
        *(face.support_count, face.supported, face.own),
        clause and (clause.anchor, clause.label, clause.text),
        question and question.text,
    )


def _filled(page: str, back: str, *, known: bool) -> Markup:
    if known:
        page = page.replace(TOKEN, generate_csrf()).replace(BACK, escape(back))
    elif back:  # stands in an address
        page = page.replace(BACK, escape(urlencode({"": back}, safe=SAFE)[1:]))
    return Markup(page)  # noqa: S704 - rendered by a template, and filled with what is escaped


def _kept() -> KeptPages:
    found = current_app.extensions.get("kept_pieces")
    if found is None:
        most = current_app.config["KEPT_PAGES_MB"] * 1024 * 1024 // PART
        found = current_app.extensions.setdefault("kept_pieces", KeptPages(most))
    pieces: KeptPages = found
    return pieces
