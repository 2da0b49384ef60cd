"""Supervision: the numbers, surges, digests and reports."""

from consult.web.supervising import (
    annual,
    digests,
    exclusions,
    joint,
    months,
    numbers,
    settings,
    surges,
)
from consult.web.supervising.blueprint import bp

__all__ = [
    "annual",
    "bp",
    "digests",
    "exclusions",
    "joint",
    "months",
    "numbers",
    "settings",
    "surges",
]
