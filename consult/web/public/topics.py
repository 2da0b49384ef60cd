"""The list of consultations."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.get("/topics")
def topics() -> ResponseReturnValue:
    """To be built."""
    return ""
