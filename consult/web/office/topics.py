"""Consultations at the drafter's desk."""

from flask.typing import ResponseReturnValue

from consult.web.office.blueprint import bp


@bp.get("/topics/<slug>")
def topic(slug: str) -> ResponseReturnValue:
    """To be built."""
    return slug


@bp.route("/topics/new", methods=["GET", "POST"])
def new_topic() -> ResponseReturnValue:
    """To be built."""
    return ""


@bp.route("/topics/<slug>/edit", methods=["GET", "POST"])
def edit_topic(slug: str) -> ResponseReturnValue:
    """To be built."""
    return slug


@bp.get("/topics/<slug>/preview")
def preview(slug: str) -> ResponseReturnValue:
    """To be built."""
    return slug
