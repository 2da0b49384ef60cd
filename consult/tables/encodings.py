"""The encoding of a table in a text file."""

from pathlib import Path

from consult.tables.errors import FileRefused
from consult.text import encodings
from consult.text.errors import DocumentUnreadable


def detect_encoding(path: Path) -> str:
    """Name the encoding of the file, having read all of it piece by piece.

    :raises FileRefused: naming the line at fault, if it is in no known encoding.
    """
    with path.open("rb") as stream:
        try:
            return encodings.detect_encoding(stream)
        except DocumentUnreadable as error:
            raise FileRefused(error.message, **error.params) from error
