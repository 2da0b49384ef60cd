"""What machines ask of this process: whether it lives, is ready, and its numbers."""

from consult.web.probes import (
    health,
    numbers,
)
from consult.web.probes.blueprint import bp

__all__ = [
    "bp",
    "health",
    "numbers",
]
