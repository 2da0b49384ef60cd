"""Numbers as addresses and forms give them, up to what a database can hold."""

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

#: All numbers of so many digits fit into 64 bits.
MOST_DIGITS = 18


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address; one that no row can have leads nowhere."""

    def to_python(self, value: str) -> int:
        if len(value) > MOST_DIGITS:
            raise ValidationError
        return int(super().to_python(value))


def register(app: Flask) -> None:
    """Let the addresses of ``app`` take such numbers only; to be called before its routes."""
    app.url_map.converters["int"] = RowNumber


def is_number(text: str | None) -> bool:
    """Say whether ``text`` is a number that a row may have."""
    return text is not None and text.isdecimal() and len(text) <= MOST_DIGITS


def number(text: str | None) -> int:
    """A number of a form; 0, which nothing ever has, if it was tampered with."""
    return int(text) if text and is_number(text) else 0


def numbers(texts: list[str]) -> list[int]:
    """Those of ``texts`` that are numbers."""
    return [int(text) for text in texts if is_number(text)]
