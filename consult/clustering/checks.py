"""Settings that have a meaning, and those that have none."""

from collections.abc import Collection
from numbers import Integral, Real

from consult.clustering.errors import WrongSettings


def share(name: str, value: float) -> float:
    """Return a number from 0 to 1.

    :raises WrongSettings: if it is another, or none.
    """
    if not isinstance(value, Real) or not 0 <= value <= 1:
        raise WrongSettings(f"{name} must lie between 0 and 1, not {value!r}")
    return float(value)


def whole(name: str, value: int, least: int = 1) -> int:
    """Return a whole number of at least ``least``.

    :raises WrongSettings: if it is less, or no whole number.
    """
    if not isinstance(value, Integral) or value < least:
        raise WrongSettings(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def one_of(name: str, value: str, among: Collection[str]) -> str:
    """Return one of the words that are known.

    :raises WrongSettings: if it is another.
    """
    if value not in among:
        raise WrongSettings(f"{name} must be one of {', '.join(among)}, not {value!r}")
    return value
