"""Where uploaded bytes lie: a folder outside static/, files named by their SHA-256."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile


class Storage:
    """Keeps bytes by their digest, so that equal files lie there once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store ``content`` for good before returning its SHA-256."""
        digest = hashlib.sha256(content).hexdigest()
        target = self.path(digest)
        if target.exists():
            target.touch()  # young again: whoever sweeps old files must not take it now
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(target)
        return digest

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The digests of files that were last written before ``moment``."""
        for file in self.folder.glob("??/*"):
            if datetime.fromtimestamp(file.stat().st_mtime, UTC) < moment:
                yield file.name

    def drop(self, digest: str) -> None:
        """Remove a file; quietly goes on if it is gone."""
        self.path(digest).unlink(missing_ok=True)

    def path(self, digest: str) -> Path:
        """Say where the bytes lie; they may not be there."""
        return self.folder / digest[:2] / digest
