"""Answers for programs and for our own scripts."""

from consult.web.api import similar
from consult.web.api.blueprint import bp

__all__ = [
    "bp",
    "similar",
]
