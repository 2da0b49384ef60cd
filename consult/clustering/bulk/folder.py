"""The working folder: what was done is kept, so that a run that was stopped goes on."""

import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from consult.clustering.bulk import mirrors
from consult.clustering.errors import ClusteringError

MANIFEST = "manifest.json"
#: Changed whenever files of an earlier version cannot be used.
FORMAT = 3


class WorkFolderTaken(ClusteringError):  # noqa: N818 - the name says what is the matter
    """The folder holds the work on another file or with other settings."""


class Folder:
    """Arrays and values by name; each is there whole or not at all.

    Parameters
    ----------
    path
        Made if it is not there.

    Examples
    --------
    >>> import tempfile
    >>> folder = Folder(Path(tempfile.mkdtemp()))
    >>> folder.save("numbers", np.arange(3))
    >>> int(folder.load("numbers").sum())
    3
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def claim(self, facts: Mapping[str, object]) -> None:
        """Begin work described by ``facts``, or go on with it.

        :raises WorkFolderTaken: if the folder holds something else.
        """
        wanted = json.loads(json.dumps({"format": FORMAT, **facts}))
        place = self.path / MANIFEST
        if place.exists():
            if json.loads(place.read_text(encoding="utf-8")) != wanted:
                raise WorkFolderTaken(
                    f"{self.path} holds the work on another file or with other settings. "
                    "Give another folder, or delete this one."
                )
        elif any(self.path.iterdir()):
            raise WorkFolderTaken(f"{self.path} is not empty. Give a folder of its own.")
        else:
            self._write(place, json.dumps(wanted, indent=1).encode())

    def has(self, name: str) -> bool:
        """Say whether something was kept under a name."""
        return any(mirrors.is_there(self.path, f"{name}.{kind}") for kind in ("npy", "pickle"))

    def save(self, name: str, array: np.ndarray) -> None:
        """Keep an array."""
        place = self._place(f"{name}.npy")
        with self._beginning(place).open("wb") as stream:
            np.save(stream, array)
        self._beginning(place).replace(place)
        mirrors.note(f"{name}.npy")

    def load(self, name: str) -> np.ndarray:
        """Return an array that stays in its file."""
        mirrors.is_there(self.path, f"{name}.npy")
        return np.asarray(np.load(self.path / f"{name}.npy", mmap_mode="r"))

    def create(self, name: str, shape: tuple[int, ...], kind: np.dtype[Any] | type) -> np.ndarray:
        """Return an array in a file, to be filled in parts by several processes."""
        place = self._place(f"{name}.npy")
        if not place.exists():
            beginning = self._beginning(place)
            np.lib.format.open_memmap(beginning, "w+", kind, shape).flush()
            beginning.replace(place)
        return self.change(name)

    def change(self, name: str) -> np.ndarray:
        """Return an array in its file, to be changed there."""
        return np.asarray(np.load(self.path / f"{name}.npy", mmap_mode="r+"))

    def keep(self, name: str, value: object) -> None:
        """Keep a value."""
        self._write(self._place(f"{name}.pickle"), pickle.dumps(value))
        mirrors.note(f"{name}.pickle")

    def put(self, name: str, data: bytes) -> None:
        """Keep a file, by its whole name, as it was kept elsewhere."""
        self._write(self._place(name), data)

    def kept(self, name: str) -> Any:
        """Return a value; only what this library wrote is ever read."""
        mirrors.is_there(self.path, f"{name}.pickle")
        return pickle.loads((self.path / f"{name}.pickle").read_bytes())  # noqa: S301

    def drop(self, name: str) -> None:
        """Delete what is kept under a name, or a whole room of names."""
        shutil.rmtree(self.path / name, ignore_errors=True)
        for kind in ("npy", "pickle"):
            (self.path / f"{name}.{kind}").unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _write(self, place: Path, data: bytes) -> None:
        self._beginning(place).write_bytes(data)
        self._beginning(place).replace(place)

    def _beginning(self, place: Path) -> Path:
        return place.with_name(f"{place.name}.{os.getpid()}")


def source_of(path: Path) -> dict[str, object]:
    """Return what tells a file from another, without reading all of it."""
    facts = path.stat()
    with path.open("rb") as stream:
        head = hashlib.blake2b(stream.read(1 << 20), digest_size=16).hexdigest()
    return {"bytes": facts.st_size, "changed": facts.st_mtime_ns, "head": head}
