"""The receipt, looking up, and the journey of a suggestion."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.route("/lookup", methods=["GET", "POST"])
def lookup() -> ResponseReturnValue:
    """To be built."""
    return ""


@bp.get("/receipts/<code>")
def receipt(code: str) -> ResponseReturnValue:
    """To be built."""
    return code


@bp.get("/journeys/<code>")
def journey(code: str) -> ResponseReturnValue:
    """To be built."""
    return code
