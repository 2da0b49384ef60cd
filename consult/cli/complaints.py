"""How a command without a database refuses: one sentence on stderr, and an exit code that says what."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from consult.clustering import ClusteringError
from consult.text.errors import Explained

#: The exit code when something was left out and the rest was done.
LEFT_OUT = 3
#: Lines named one by one; more are counted.
LISTED = 20


class Complaint(click.ClickException):
    """One sentence on stderr, and the exit code of a wrong use."""

    exit_code = 2


class Failure(click.ClickException):
    """One sentence on stderr, and the exit code of a machine that could not."""

    exit_code = 1


@contextmanager
def complaining() -> Iterator[None]:
    """Turn what the libraries refuse into a sentence; a fault of ours stays a traceback."""
    try:
        yield
    except (Explained, ClusteringError) as error:
        raise Complaint(str(error)) from error
    except MemoryError as error:
        raise Failure("The memory does not suffice. Try fewer rows or --within.") from error
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # whoever read our output has enough of it
        where = f"{error.filename}: " if error.filename else ""
        raise Failure(f"{where}{error.strerror or error}.") from error


class Listed:
    """Says what was left out, line by line up to a number, and counts the rest."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.count = 0

    def add(self, line: int, why: str) -> None:
        """Tell that a line is left out, and why."""
        self.count += 1
        if self.count <= LISTED:
            click.echo(f"{self.what}{line} is left out: {why}", err=True)

    def end(self) -> None:
        """Tell how many more there were."""
        if self.count > LISTED:
            click.echo(f"… and {self.count - LISTED} more are left out.", err=True)


def counted(count: int, noun: str) -> str:
    """Say ``1 group`` or ``2 groups``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def check_folder(out: Path) -> None:
    """Find out before the work whether there is a folder for its result."""
    if out.is_dir():
        raise Complaint(f"{out} is a folder; name a file.")
    if not out.absolute().parent.is_dir():
        raise Complaint(f"The folder {out.absolute().parent} does not exist.")
