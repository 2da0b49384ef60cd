"""The `consult` command."""

from flask import Flask


def register(app: Flask) -> None:
    """Nothing hangs on ``flask``: the commands are those of ``consult`` (see main.py)."""
