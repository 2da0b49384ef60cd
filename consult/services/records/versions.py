"""The check that keeps two people from overwriting each other."""

from consult.exceptions import StaleVersion
from models.base import Versioned


def expect_version(thing: Versioned, version: int) -> None:
    """Go on quietly if ``thing`` is as the person saw it.

    :raises StaleVersion: if somebody changed it since.
    """
    if thing.version != version:
        raise StaleVersion
