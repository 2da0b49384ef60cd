"""Home and the pages that explain."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.get("/")
def home() -> ResponseReturnValue:
    """To be built."""
    return ""


@bp.get("/about")
def about() -> ResponseReturnValue:
    """To be built."""
    return ""
