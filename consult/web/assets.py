"""Style sheets as one file, and static addresses that change with their content."""

import hashlib
import time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, url_for

KEEP = "public, max-age=31536000, immutable"
#: The order is that of the cascade's layers; components and the rest in alphabetical order.
FIRST = ("tokens", "base", "layout")


def register(app: Flask) -> None:
    """Serve the joined sheet, and let browsers keep what cannot change under its address."""
    app.add_url_rule("/assets/<version>/site.css", "stylesheet", stylesheet)
    app.url_defaults(add_version)
    app.after_request(let_keep)
    app.jinja_env.globals["stylesheet_url"] = stylesheet_url


def stylesheet_url() -> str:
    """The address of the joined sheet, new whenever a sheet changes."""
    return url_for("stylesheet", version=_version(joined(_folder())))


def stylesheet(version: str) -> Response:
    """All sheets as one; an old version gets the present one, but may not keep it."""
    text = joined(_folder())
    response = Response(text, mimetype="text/css")
    response.headers["Cache-Control"] = KEEP if version == _version(text) else "no-cache"
    return response


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put a digest of the file into every address of a static file."""
    if endpoint == "static" and "v" not in values:
        path = Path(str(current_app.static_folder)) / str(values.get("filename", ""))
        if path.is_file():
            values["v"] = _file_version(path, path.stat().st_mtime_ns)


def let_keep(response: Response) -> Response:
    """A static file asked for with its digest never changes; without it, it is asked for anew."""
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = KEEP
    return response


def joined(folder: Path) -> str:
    """The sheets of ``folder``, joined; read again when one of them was changed."""
    return _join(_changes(folder, int(time.monotonic())))


@lru_cache(maxsize=8)
def _changes(folder: Path, _second: int) -> tuple[tuple[Path, int], ...]:
    """When each sheet was changed; looked at once a second, since every page asks."""
    return tuple((sheet, sheet.stat().st_mtime_ns) for sheet in _sheets(folder))


def _sheets(folder: Path) -> list[Path]:
    first = [folder / f"{name}.css" for name in FIRST]
    return [*first, *sorted((folder / "components").glob("*.css")), folder / "print.css"]


@cache
def _join(sheets: tuple[tuple[Path, int], ...]) -> str:
    return "\n".join(
        f"@media print {{\n{text}\n}}" if path.name == "print.css" else text
        for path, text in ((path, path.read_text("utf-8")) for path, _changed in sheets)
    )


@cache
def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@cache
def _file_version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _folder() -> Path:
    return Path(str(current_app.static_folder)) / "css"
