"""The workbench of staff."""

from consult.web.office import (
    board,
    decisions,
    documents,
    enactment,
    exchange,
    groups,
    home,
    objections,
    runs,
    topics,
)
from consult.web.office.blueprint import bp

__all__ = [
    "board",
    "bp",
    "decisions",
    "documents",
    "enactment",
    "exchange",
    "groups",
    "home",
    "objections",
    "runs",
    "topics",
]
