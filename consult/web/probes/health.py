"""Whether this process is alive and fit to answer."""

from http import HTTPStatus

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from consult.health import readiness
from consult.health.findings import Finding
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
    return _told(_parts())


@bp.get("/readyz/pages")
def ready_for_pages() -> ResponseReturnValue:
    """Fit to answer pages, whatever waits elsewhere: what a proxy should ask."""
    return _told([part for part in _parts() if part.name in readiness.FOR_PAGES])


def _parts() -> list[Finding]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return readiness.parts(app, current.session(), now=current.now())


def _told(parts: list[Finding]) -> ResponseReturnValue:
    body = {part.name: {"ok": part.ok, "detail": part.seen} for part in parts}
    fit = all(part.ok for part in parts)
    return jsonify(body), HTTPStatus.OK if fit else HTTPStatus.SERVICE_UNAVAILABLE
