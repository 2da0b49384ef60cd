"""Where the migrations lie, and Flask-Migrate for the commands that carry them out."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)


class Migrations:
    """Stands for Flask-Migrate until a command asks something of it.

    It brings Alembic, Mako and Pygments along: ten megabytes that no web process needs.
    """

    def __init__(self, app: Flask, db: SQLAlchemy, directory: Path) -> None:
        self._app, self._db = app, db
        self.directory = str(directory)
        app.extensions["migrate"] = self

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate  # noqa: PLC0415 - see above

        Migrate(self._app, self._db, directory=self.directory, render_as_batch=True)
        return getattr(self._app.extensions["migrate"], name)


@cache
def revisions(directory: str) -> tuple[str, ...]:
    """All revisions that this release knows, the newest first; each file is named by its number."""
    files = sorted(Path(directory, "versions").glob("[0-9]*.py"), reverse=True)
    return tuple(found for path in files for found in _REVISION.findall(path.read_text("utf-8")))
