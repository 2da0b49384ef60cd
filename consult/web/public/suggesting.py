"""Putting a suggestion to an open consultation."""

from flask.typing import ResponseReturnValue

from consult.web.public.blueprint import bp


@bp.route("/topics/<slug>/suggest", methods=["GET", "POST"])
def suggest(slug: str) -> ResponseReturnValue:
    """To be built."""
    return slug


@bp.route("/suggestions/<int:id>/edit", methods=["GET", "POST"])
def edit_suggestion(id: int) -> ResponseReturnValue:
    """To be built."""
    return str(id)
