"""Whether this process is alive and fit to answer."""

from http import HTTPStatus

from flask import jsonify
from flask.typing import ResponseReturnValue

from consult.services.overview import operations
from consult.web import current
from consult.web.api.blueprint import bp


@bp.get("/livez")
def livez() -> ResponseReturnValue:
    """Alive: the process answers at all."""
    return jsonify(alive=True)


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Fit: database, migrations and background work, each with its state."""
    checks = operations.readiness(current.session(), now=current.now())
    fit = all(check.ok for check in checks)
    body = {check.name: {"ok": check.ok, "detail": check.detail} for check in checks}
    return jsonify(body), HTTPStatus.OK if fit else HTTPStatus.SERVICE_UNAVAILABLE
