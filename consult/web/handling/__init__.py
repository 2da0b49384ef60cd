"""Cases: the queues, one case, and what can be done to it."""

from consult.web.handling.blueprint import bp

__all__ = ["bp"]
