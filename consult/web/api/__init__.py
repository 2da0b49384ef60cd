"""Answers for programs and for our own scripts."""

from consult.web.api import (
    health,
    similar,
)
from consult.web.api.blueprint import bp

__all__ = [
    "bp",
    "health",
    "similar",
]
