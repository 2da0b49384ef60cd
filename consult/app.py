"""create_app: all the wiring there is."""

import logging
import os
import secrets
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT
from consult import cli, database, post, web
from consult.extensions import (
    babel,
    csrf,
    db,
    limiter,
    login,
    reading,
)
from consult.jobs import bells
from consult.migrating import Migrations
from consult.observing import requests as observed
from consult.sealing import Vault
from consult.services.grouping.similarity import TopicIndexes
from consult.storage import Storage
from consult.web import compression, locale, refusals, security

MIGRATIONS = ROOT / "models" / "migrations"


def create_app(config: object | str = "config", **overrides: Any) -> Flask:
    """Build an application from ``config.py``, with some settings overridden."""
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.from_object(config)
    app.config.from_mapping(overrides)
    app.config.setdefault("CLOCK", lambda: datetime.now(UTC))
    _find_secrets(app)

    app.extensions["vault"] = Vault(app.config["SEALING_KEY"])
    app.extensions["storage"] = Storage(Path(app.config["UPLOAD_DIR"]))
    app.extensions["post"] = post.from_settings(app.config)
    app.extensions["indexes"] = TopicIndexes(app.config["ENCODER"])
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    options = {**database.engine_options(address), "hide_parameters": True}  # errors get into logs
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    for extension in (db, csrf, login, limiter):
        extension.init_app(app)
    Migrations(app, db, MIGRATIONS)
    babel.init_app(app, locale_selector=locale.choose)
    with app.app_context():
        database.tune(db.engine)
        observed.register(app, db.engine)
    compression.register(app)

    bells.listen()
    app.before_request(note_whether_it_only_reads)
    app.after_request(commit_what_succeeded)
    security.register(app)
    refusals.register(app)
    web.register(app)
    cli.register(app)
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


def note_whether_it_only_reads() -> None:
    """Tell the database layer, before the first query, whether to take the write lock."""
    reading.set(request.method in {"GET", "HEAD", "OPTIONS"})


def commit_what_succeeded(response: Response) -> Response:
    """Commit once per request, and only what was asked for and went well."""
    if request.method not in {"GET", "HEAD", "OPTIONS"} and (
        response.status_code < HTTPStatus.BAD_REQUEST
    ):
        db.session.commit()
    else:
        db.session.rollback()
    return response


def _find_secrets(app: Flask) -> None:
    """Take the two secrets from the settings, or from a file made on first use.

    A secret made up at each start would sign everybody out and lose what was sealed.
    """
    for name in ("SECRET_KEY", "SEALING_KEY"):
        if not app.config[name]:
            app.config[name] = _kept_secret(Path(app.config["DATA_DIR"]) / name.lower())


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    logging.getLogger(__name__).info("made a new secret in %s", path)
    return path.read_text().strip()
