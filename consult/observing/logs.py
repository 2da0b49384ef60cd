"""Logs: one line of JSON an event, or words for people on a terminal."""

import logging
import sys
from typing import Any

import structlog

from consult.observing.scrubbing import scrub

#: Libraries whose chatter says nothing of us.
QUIET = ("alembic", "filelock", "procrastinate", "urllib3")


def configure(*, form: str = "auto", level: str = "INFO") -> None:
    """Send all logs of this process to stderr; may be called again.

    ``form`` is ``json``, ``words``, or ``auto``: words on a terminal. What other libraries log
    goes the same way, through the same scrubbing. A line says what of the request or job it
    belongs to: see :func:`about`.
    """
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,  # without the values of variables
        scrub,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _last(form)],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def about(**facts: Any) -> None:
    """Put facts (a request's id, a job's name) on every line that this thread writes from now on."""
    structlog.contextvars.bind_contextvars(**facts)


def forget() -> None:
    """Put nothing on further lines of this thread."""
    structlog.contextvars.clear_contextvars()


def _last(form: str) -> Any:
    if form == "words" or (form == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(ensure_ascii=False)
