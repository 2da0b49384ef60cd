"""The blueprint of administration: administrators and auditors."""

from flask import Blueprint

from consult.permissions import Permission, require
from consult.web import current

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
def guard() -> None:
    """Let in those who may see how the platform runs."""
    require(current.somebody(), Permission.OPERATIONS_SEE)
