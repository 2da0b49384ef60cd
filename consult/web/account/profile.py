"""Own settings."""

from flask.typing import ResponseReturnValue

from consult.web.account.blueprint import bp


@bp.post("/language")
def language() -> ResponseReturnValue:
    """To be built."""
    return ""
