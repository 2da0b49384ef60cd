"""The blueprint of mailboxes and messages: for everybody, and for the one who wrote."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from consult.web import caching

bp = Blueprint("mailboxes", __name__)
bp.after_request(caching.let_readers_keep)


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Let everybody in: what a page shows is asked of the services. A kept page is the answer."""
    return caching.answer_from_what_is_kept()
