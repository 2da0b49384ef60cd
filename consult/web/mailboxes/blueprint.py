"""The blueprint of mailboxes and messages: for everybody, and for the one who wrote."""

from flask import Blueprint

bp = Blueprint("mailboxes", __name__)


@bp.before_request
def guard() -> None:
    """Let everybody in: what a page shows, and to whom, is asked of the services."""
