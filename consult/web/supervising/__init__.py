"""Supervision: the numbers, surges, digests and reports."""

from consult.web.supervising import joint, numbers, surges
from consult.web.supervising.blueprint import bp

__all__ = ["bp", "joint", "numbers", "surges"]
