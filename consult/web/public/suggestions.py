"""What was suggested."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.get("/topics/<slug>/suggestions")
def suggestions(slug: str) -> ResponseReturnValue:
    """To be built."""
    return slug


@bp.get("/suggestions/<int:id>")
def suggestion(id: int) -> ResponseReturnValue:
    """To be built."""
    return str(id)
