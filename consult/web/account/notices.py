"""Notices."""

from flask.typing import ResponseReturnValue

from consult.web.account.blueprint import bp


@bp.get("/notices")
def notices() -> ResponseReturnValue:
    """To be built."""
    return ""
