"""Similar suggestions while a title is typed."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from consult.web.api.blueprint import bp


@bp.get("/topics/<slug>/similar")
def similar(slug: str) -> ResponseReturnValue:
    """To be built."""
    return jsonify(items=[], slug=slug)
