"""Similar suggestions while a title is typed."""

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from consult.extensions import indexes, limiter
from consult.services.consultations import topics
from consult.services.suggesting import suggestion_lists
from consult.services.suggesting.suggestion_lists import SimilarSuggestion
from consult.web import current
from consult.web.api.blueprint import bp
from consult.web.limits import by_reader

MOST = 20
#: Somebody who types asks twice a second at most; a search costs milliseconds of a processor.
TYPING = "240 per minute"


@bp.get("/topics/<slug>/similar")
@limiter.limit(TYPING, key_func=by_reader)
def similar(slug: str) -> ResponseReturnValue:
    """Public suggestions that may ask the same as ``?title=…&body=…``, the likeliest first."""
    session, reader = current.session(), current.person()
    topic = topics.by_slug(session, slug, reader=reader, now=current.now())
    found = suggestion_lists.similar(
        session,
        indexes=indexes(),
        topic=topic,
        title=request.args.get("title", ""),
        body=request.args.get("body", ""),
        reader=reader,
        limit=min(max(request.args.get("limit", 5, type=int), 1), MOST),
    )
    return jsonify(items=[_item(one) for one in found])


def _item(found: SimilarSuggestion) -> dict[str, Any]:
    face = found.face
    return {
        "id": face.id,
        "no": face.no,
        "title": face.title,
        "excerpt": face.excerpt,
        "support_count": face.support_count,
        "url": url_for("public.suggestion", id=face.id),
        "support_url": url_for("public.support", id=face.id),
        "supported": face.supported,
        "own": face.own,
        "shared_words": found.shared_words,
        "score": round(found.score, 3),
    }
