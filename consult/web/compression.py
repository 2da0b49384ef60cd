"""Answers in a quarter of their bytes: files once for good, public pages each time.

Only what is the same for everybody is compressed. A page of somebody who is signed in holds
secrets (names, codes, form tokens) beside words that an address may bring in: its length would
tell, letter by letter, whether a guess was right (BREACH).
"""

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request

#: Shorter answers fit into one packet anyhow.
SHORTEST = 1_000
KINDS = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "text/plain",
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
    }
)
#: Files never change under their address: compressed once, as small as can be.
FILES = frozenset({"static", "stylesheet"})
#: Of 0 to 11: 0.1 ms for 20 kB, where 11 would take 40.
QUICK, THOROUGH = 4, 11
#: Compressed files that a process keeps; there are some dozens of a few kB.
KEPT = 256


def register(app: Flask) -> None:
    """Compress what ``app`` answers; to be registered before whatever adds headers."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Send br or gzip to whoever takes it, if it is worth while and gives nothing away."""
    if not _is_for_everybody(response) or response.mimetype not in KINDS:
        return response
    response.vary.add("Accept-Encoding")
    way = request.accept_encodings.best_match(["br", "gzip", "identity"], default="identity")
    if way == "identity" or response.status_code != 200 or "Content-Encoding" in response.headers:  # noqa: PLR2004 - OK
        return response
    if response.is_streamed and request.endpoint not in FILES:
        return response
    response.direct_passthrough = False
    plain = response.get_data()
    if len(plain) < SHORTEST:
        return response
    packed = _kept(plain, way) if request.endpoint in FILES else _packed(plain, way, QUICK)
    response.set_data(packed)
    response.headers["Content-Encoding"] = way
    tag, weak = response.get_etag()
    if tag and not weak:  # the same page, in other bytes
        response.set_etag(tag, weak=True)
    return response


def _is_for_everybody(response: Response) -> bool:
    return request.endpoint in FILES or bool(response.cache_control.public)


def _packed(plain: bytes, way: str, effort: int) -> bytes:
    if way == "br":
        return bytes(brotli.compress(plain, quality=effort))
    return gzip.compress(plain, min(effort, 9), mtime=0)


@lru_cache(maxsize=KEPT)
def _kept(plain: bytes, way: str) -> bytes:
    return _packed(plain, way, THOROUGH)
