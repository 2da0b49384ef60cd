"""Administration's first page."""

from flask.typing import ResponseReturnValue

from consult.web.admin.blueprint import bp


@bp.get("/")
def home() -> ResponseReturnValue:
    """To be built."""
    return ""
