"""Sign in, sign out, register."""

from flask.typing import ResponseReturnValue

from consult.web.account.blueprint import bp


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """To be built."""
    return ""


@bp.get("/register")
def register() -> ResponseReturnValue:
    """To be built."""
    return ""


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """To be built."""
    return ""
