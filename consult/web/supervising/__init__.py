"""Supervision: the numbers, surges, digests and reports."""

from consult.web.supervising import numbers
from consult.web.supervising.blueprint import bp

__all__ = ["bp", "numbers"]
