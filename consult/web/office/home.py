"""The workbench's first page."""

from flask.typing import ResponseReturnValue

from consult.web.office.blueprint import bp


@bp.get("/")
def home() -> ResponseReturnValue:
    """To be built."""
    return ""
