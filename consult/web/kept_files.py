"""Files that lie between two steps of a form: kept by their digest, named to the browser under seal.

The seal ties the file to its consultation or mailbox, so that nobody reads another file by guessing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from json import dumps, loads
from typing import IO

from consult.exceptions import N_, Gone, Invalid
from consult.extensions import storage, vault
from consult.tables import BadRow, Row, Table, TableError, read_table
from consult.text.files import safe_filename
from models.topic import Topic


@dataclass(frozen=True)
class KeptFile:
    """A stored file, and what its sender called it."""

    topic_id: int
    digest: str
    filename: str

    @property
    def token(self) -> str:
        """What the form carries to its next step."""
        return vault().seal(dumps([self.topic_id, self.digest, self.filename])).decode()

    @property
    def size(self) -> int:
        """In bytes."""
        return storage().path(self.digest).stat().st_size

    def table(self) -> Table:
        """Open it as a table.

        :raises Invalid: if it is none.
        """
        with _refusing():
            table = read_table(storage().path(self.digest), name=self.filename)
        return replace(table, read=lambda: _watched(table))


def _watched(table: Table) -> Iterator[Row | BadRow]:
    """Its rows; a damaged file may show only on the way."""
    with _refusing():
        yield from table


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except TableError as error:
        raise Invalid(error.message, field="file", **error.params) from error


def keep(topic: Topic, filename: str, stream: IO[bytes]) -> KeptFile:
    """Store an upload, piece by piece."""
    return KeptFile(topic.id, storage().put_from(stream), safe_filename(filename))


def kept(topic: Topic, token: str) -> KeptFile:
    """The file that a form names.

    :raises Gone: if the name is not of our making, of another consultation or mailbox, or the file is gone.
    """
    try:
        file = KeptFile(*loads(vault().open(token.encode())))
    except (TypeError, ValueError):
        file = None
    if file is None or file.topic_id != topic.id or not storage().path(file.digest).is_file():
        raise Gone(N_("The file is no longer here. Please choose it again."))
    return file
