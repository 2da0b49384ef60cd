"""Where uploaded bytes lie: a folder outside static/, files named by their SHA-256."""

import hashlib
import os
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
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(target)
        return digest

    def path(self, digest: str) -> Path:
        """Say where the bytes lie; they may not be there."""
        return self.folder / digest[:2] / digest
