"""The blueprint of a person's own pages: signed in, save for the ways in."""

from flask import Blueprint, request

from consult.exceptions import NotSignedIn
from consult.web import current

bp = Blueprint("account", __name__, url_prefix="/account")

WAYS_IN = {
    "account.sign_in",
    "account.register",
    "account.forgot",
    "account.reset",
    "account.language",
    "account.take_part",
    "account.take_part_code",
    "account.sign_out",
}


@bp.before_request
def guard() -> None:
    """Let only the ways in be used by somebody who is not signed in."""
    if request.endpoint not in WAYS_IN and current.person() is None:
        raise NotSignedIn
