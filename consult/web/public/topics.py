"""The list of consultations, a consultation, one clause of its draft."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.get("/topics")
def topics() -> ResponseReturnValue:
    """To be built."""
    return ""


@bp.get("/topics/<slug>")
def topic(slug: str) -> ResponseReturnValue:
    """To be built."""
    return slug


@bp.get("/topics/<slug>/clauses/<anchor>")
def clause(slug: str, anchor: str) -> ResponseReturnValue:
    """To be built."""
    return slug + anchor
