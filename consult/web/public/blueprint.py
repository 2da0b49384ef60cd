"""The blueprint of the public pages: open to everybody."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult.exceptions import IsMailbox
from consult.web import caching, refusals

bp = Blueprint("public", __name__)
bp.after_request(caching.let_readers_keep)


@bp.errorhandler(IsMailbox)
def go_to_the_mailbox(found: IsMailbox) -> ResponseReturnValue:
    """A mailbox has pages of its own; what is sent here as if it were a consultation is not taken."""
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("mailboxes.mailbox", slug=found.slug))
    return refusals.explain(found)


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Let everybody in: what a page shows is asked of the services. A kept page is the answer."""
    return caching.answer_from_what_is_kept()
