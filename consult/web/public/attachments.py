"""Downloads."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.get("/attachments/<int:number>")
def attachment(number: int) -> ResponseReturnValue:
    """To be built."""
    return str(number)
