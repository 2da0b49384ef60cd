"""The blueprint of probes: no session, no cookie, nothing of anybody."""

from flask import Blueprint

bp = Blueprint("probes", __name__)


@bp.before_request
def guard() -> None:
    """Nothing to ask of probes; numbers ask for themselves who reads them."""
