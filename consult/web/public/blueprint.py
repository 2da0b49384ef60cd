"""The blueprint of the public pages: open to everybody."""

from flask import Blueprint

bp = Blueprint("public", __name__)


@bp.before_request
def guard() -> None:
    """Nothing to ask: what a page shows is asked of the services, thing by thing."""
