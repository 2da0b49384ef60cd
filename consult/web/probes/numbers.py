"""The numbers for Prometheus, for whoever may read them."""

import hmac
from http import HTTPStatus

from flask import Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from consult.health import readiness
from consult.observing import metrics
from consult.services.overview import backlogs, workers
from consult.web import current
from consult.web.probes.blueprint import bp

#: Addresses of this machine itself.
HERE = frozenset({"127.0.0.1", "::1"})
#: What a proxy adds: then somebody else asks.
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
TYPE = "text/plain; version=0.0.4; charset=utf-8"


@bp.get("/metrics")
def numbers() -> ResponseReturnValue:
    """All numbers, as text; hidden from whoever may not read them."""
    if not _may_read():
        abort(HTTPStatus.NOT_FOUND)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    session, now = current.session(), current.now()
    parts = readiness.parts(app, session, now=now)
    up = all(part.ok for part in parts if part.name in {"database", "migrations"})
    text = metrics.exposition(
        backlogs={
            name: metrics.Waiting(one.count, (now - one.since).total_seconds() if one.since else 0)
            for name, one in (backlogs.backlogs(session, now=now) if up else {}).items()
        },
        workers=workers.count_alive(session, now=now) if up else 0,
        parts=[(part.name, part.ok) for part in parts],
    )
    return Response(text, content_type=TYPE)


def _may_read() -> bool:
    """Who sends the token; without one, who asks from this machine and through no proxy."""
    token = str(current_app.config["METRICS_TOKEN"])
    if token:
        sent = request.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())
    return request.remote_addr in HERE and not any(name in request.headers for name in FORWARDED)
