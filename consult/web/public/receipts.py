"""Looking up by code."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.get("/lookup")
def lookup() -> ResponseReturnValue:
    """To be built."""
    return ""
