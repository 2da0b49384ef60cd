"""The blueprint of answers for programs: public data only, problem+json when refused."""

from flask import Blueprint

bp = Blueprint("api", __name__, url_prefix="/api")


@bp.before_request
def guard() -> None:
    """Nothing to ask: only what is public is answered."""
