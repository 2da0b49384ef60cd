"""Runs a command inside the application, in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from consult.app import create_app
from consult.extensions import db


@contextmanager
def transaction() -> Iterator[Session]:
    """The session of the command: committed if it ends well, else undone."""
    try:
        yield db.session()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Build the application and run ``command`` in its context."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        app: Flask = create_app()
        with app.app_context():
            return command(*args, **kwargs)

    return run
