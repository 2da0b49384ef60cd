"""What a look at one thing found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is; only a failure keeps the platform from working."""

    WELL = "well"
    WARNING = "warning"
    FAILURE = "failure"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One thing: how it is, what was seen, and what to do. Never holds a secret."""

    name: str
    state: State
    seen: str
    advice: str = ""

    @property
    def ok(self) -> bool:
        """Whether the platform can work with it."""
        return self.state is not State.FAILURE


def well(name: str, seen: str) -> Finding:
    """Nothing to do."""
    return Finding(name, State.WELL, seen)


def warning(name: str, seen: str, advice: str) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(name, State.WARNING, seen, advice)


def failure(name: str, seen: str, advice: str) -> Finding:
    """It does not work until ``advice`` is followed."""
    return Finding(name, State.FAILURE, seen, advice)


def skipped(name: str, why: str) -> Finding:
    """Not looked at."""
    return Finding(name, State.SKIPPED, why)
