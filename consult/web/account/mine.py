"""My suggestions."""

from flask.typing import ResponseReturnValue

from consult.web.account.blueprint import bp


@bp.get("/suggestions")
def my_suggestions() -> ResponseReturnValue:
    """To be built."""
    return ""
