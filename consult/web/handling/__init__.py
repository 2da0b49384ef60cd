"""Cases: the queues, one case, and what can be done to it."""

from consult.web.handling import (
    acts,
    batch,
    cases,
    duty,
    extensions,
    joining,
    meetings,
    notes,
    replies,
    reviews,
    templates_pages,
    visits,
)
from consult.web.handling.blueprint import bp

__all__ = [
    "acts",
    "batch",
    "bp",
    "cases",
    "duty",
    "extensions",
    "joining",
    "meetings",
    "notes",
    "replies",
    "reviews",
    "templates_pages",
    "visits",
]
