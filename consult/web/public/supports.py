"""Standing behind somebody else's suggestion."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.post("/suggestions/<int:id>/support")
def support(id: int) -> ResponseReturnValue:
    """To be built."""
    return str(id)
