"""What a server does once before its workers are forked, and what each does after.

Whatever is loaded before the fork lies in memory once for all workers.
"""

import logging
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_babel import force_locale, format_datetime, gettext
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import configure_mappers

from consult.clustering import EncoderUnavailable, StaticEncoder
from consult.clustering.characters import simplified
from consult.clustering.similarity.scoring import shipped_weights
from consult.clustering.tokens.vocabulary import background, gram_background
from consult.extensions import db

log = logging.getLogger(__name__)

#: Seconds for templates: all of them, once they were compiled and kept; else those that come first.
FOR_TEMPLATES = 1.5


def warm(app: Flask) -> None:
    """Load what the first requests would: mappers, templates, catalogues, the shipped model.

    Asks the database nothing. Takes about a second. A model of sentence-transformers, which
    takes seconds and half a gigabyte, is left to who needs it.
    """
    configure_mappers()
    _load_languages(app)
    _compile_templates(app)
    _load_model(app)


def _load_languages(app: Flask) -> None:
    for language in app.config["LANGUAGES"]:
        with app.test_request_context(), force_locale(language):
            format_datetime(datetime.now(UTC))
            gettext("Home")


def _compile_templates(app: Flask) -> None:
    """Compile them and keep the result beside the data, so that the next start is quicker."""
    folder = Path(app.config["DATA_DIR"]) / "cache" / "templates"
    with suppress(OSError):  # nowhere to write: they are compiled at each start
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    names = app.jinja_env.list_templates(extensions=["html"])
    ends = time.monotonic() + FOR_TEMPLATES
    for name in sorted(names, key=lambda name: not name.startswith(("layout", "comp", "public"))):
        if time.monotonic() > ends:
            break
        app.jinja_env.get_template(name)


def _load_model(app: Flask) -> None:
    """Load the model if it needs no torch; one that cannot be read is told by ``readyz``."""
    try:
        encoder = app.extensions["indexes"].encoder
    except EncoderUnavailable:
        log.exception("the model cannot be loaded")
        return
    if isinstance(encoder, StaticEncoder):
        encoder.encode([simplified(encoder.fingerprint)])
        background("words")
        shipped_weights()
        gram_background()


def forget_connections(app: Flask) -> None:
    """Leave the connections of the process before to it."""
    with app.app_context():
        db.engine.dispose(close=False)


def begin_work(app: Flask) -> None:
    """Do the background work in threads of this process, where the settings say so."""
    if app.config["EMBEDDED_JOBS"]:
        from consult.jobs import background  # noqa: PLC0415 - brings all that jobs need, scipy too

        background.start(app)
