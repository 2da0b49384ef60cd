"""Whether this process is alive and fit to answer."""

from http import HTTPStatus

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from consult.health import readiness
from consult.web import current
from consult.web.probes.blueprint import bp


@bp.get("/livez")
@bp.get("/api/livez")
def livez() -> ResponseReturnValue:
    """Alive: the process answers at all."""
    return jsonify(alive=True)


@bp.get("/readyz")
@bp.get("/api/readyz")
def readyz() -> ResponseReturnValue:
    """Fit: each part with its state; 503 where one is not, or the server is about to end."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    parts = readiness.parts(app, current.session(), now=current.now())
    body = {part.name: {"ok": part.ok, "detail": part.seen} for part in parts}
    fit = all(part.ok for part in parts)
    return jsonify(body), HTTPStatus.OK if fit else HTTPStatus.SERVICE_UNAVAILABLE
