"""The blueprint of the public pages: open to everybody."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from consult.web.public import caching

bp = Blueprint("public", __name__)
bp.after_request(caching.let_readers_keep)


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Let everybody in: what a page shows is asked of the services. A kept page is the answer."""
    return caching.answer_from_what_is_kept()
