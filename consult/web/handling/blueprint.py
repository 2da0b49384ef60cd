"""The blueprint of cases in hand: queues, one case, and every act on it."""

from flask import Blueprint

from consult.exceptions import NotAllowed
from consult.web import current
from consult.web.side import side

bp = Blueprint("handling", __name__, url_prefix="/office")
bp.context_processor(side)


@bp.before_request
def guard() -> None:
    """Let in staff only; what each may see and do is asked by the services."""
    if not current.somebody().is_staff:
        raise NotAllowed
