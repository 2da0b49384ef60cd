"""A line and a count for each request: route, status, time. Never an address's query or a person."""

import logging
import re
import secrets
import time
from contextvars import ContextVar
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import Engine, event

from consult.observing import logs, metrics

log = logging.getLogger("consult.requests")

#: What a proxy may send as the number of a request.
NUMBER = re.compile(r"[0-9A-Za-z_-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
#: Asked for every few seconds by machines: counted, and told only where they went wrong.
PROBES = frozenset({"/livez", "/readyz", "/readyz/pages", "/metrics", "/api/livez", "/api/readyz"})
WENT_WRONG = 500

_queries: ContextVar[int] = ContextVar("queries", default=0)


def register(app: Flask, engine: Engine) -> None:
    """Observe the requests of ``app``; to be called before anything else that looks at them."""
    app.before_request(begin)
    app.after_request(number)
    event.listen(engine, "before_cursor_execute", _count_query)


def begin() -> None:
    """Give the request a number that the person can quote and every line of the log carries."""
    sent = request.headers.get("X-Request-ID", "")
    g.request_id = sent if NUMBER.fullmatch(sent) else secrets.token_hex(6)
    g.began, g.processor = time.perf_counter(), time.thread_time()
    _queries.set(0)
    logs.forget()
    logs.about(request_id=g.request_id)


def number(response: Response) -> Response:
    """Put the number into the answer, and tell of it when the last byte has gone."""
    if "began" not in g:
        return response
    response.headers["X-Request-ID"] = g.request_id
    route = request.url_rule.rule if request.url_rule else "(unknown)"
    method = request.method if request.method in METHODS else "(other)"
    began, processor, request_id = g.began, g.processor, g.request_id

    def tell() -> None:
        facts = {
            "method": method,
            "route": route,
            "status": response.status_code,
            "seconds": round(time.perf_counter() - began, 4),
            "processor": round(max(time.thread_time() - processor, 0.0), 4),
            "queries": _queries.get(),
        }
        metrics.count_request(**facts)
        if route not in PROBES or response.status_code >= WENT_WRONG:
            log.info("request", extra={**facts, "request_id": request_id})
        logs.forget()

    response.call_on_close(tell)
    return response


def _count_query(*_ignored: Any) -> None:
    _queries.set(_queries.get() + 1)
