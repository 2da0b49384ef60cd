"""The draft document of a consultation."""

from flask.typing import ResponseReturnValue

from consult.web.office.blueprint import bp


@bp.route("/topics/<slug>/document", methods=["GET", "POST"])
def document(slug: str) -> ResponseReturnValue:
    """To be built."""
    return slug
