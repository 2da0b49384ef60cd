"""Where uploaded bytes lie: a folder outside static/, files named by their SHA-256."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

#: Files that are still being written lie here; no digest is a name of this kind.
INCOMING = "incoming"


class Incoming:
    """A file that is being written; ``digest`` and ``size`` are known when that ended well."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.digest = ""
        self.size = 0


class Storage:
    """Keeps bytes by their digest, so that equal files lie there once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store ``content`` for good before returning its SHA-256."""
        with self.writing() as incoming:
            incoming.stream.write(content)
        return incoming.digest

    def put_from(self, stream: IO[bytes]) -> str:
        """Store all that ``stream`` still holds, piece by piece, and return its SHA-256."""
        with self.writing() as incoming:
            shutil.copyfileobj(stream, incoming.stream, 1 << 20)
        return incoming.digest

    @contextmanager
    def writing(self) -> Iterator[Incoming]:
        """A file to be written; at the end of the block it is stored for good.

        If the block fails, nothing remains of it.

        :raises OSError: if the disk is full; nothing remains then either.
        """
        folder = self.folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            path = Path(file.name)
            try:
                incoming = Incoming(file)
                yield incoming
                file.flush()
                os.fsync(file.fileno())
                incoming.size = path.stat().st_size
                incoming.digest = self._take(path)
            except BaseException:
                path.unlink(missing_ok=True)
                raise

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The digests of files that were last written before ``moment``."""
        for file in self.folder.glob("??/*"):
            if _written(file) < moment:
                yield file.name

    def drop(self, digest: str) -> None:
        """Remove a file; quietly goes on if it is gone."""
        self.path(digest).unlink(missing_ok=True)

    def drop_unfinished(self, moment: datetime) -> int:
        """Remove what was begun before ``moment`` and never ended, and say how many files that was."""
        left = [file for file in (self.folder / INCOMING).glob("*") if _written(file) < moment]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def path(self, digest: str) -> Path:
        """Say where the bytes lie; they may not be there."""
        return self.folder / digest[:2] / digest

    def _take(self, path: Path) -> str:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        # Also where the file is known: it is young again, and nobody sweeps it now.
        path.replace(target)
        return digest


def _written(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
