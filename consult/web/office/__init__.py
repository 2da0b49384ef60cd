"""The workbench of staff."""

from consult.web.office import (
    attachments,
    board,
    calibration,
    deciding,
    decisions,
    documents,
    enactment,
    exchange,
    groups,
    home,
    objections,
    pairs,
    runs,
    side,
    suggestions,
    topics,
    windows,
)
from consult.web.office.blueprint import bp

__all__ = [
    "attachments",
    "board",
    "bp",
    "calibration",
    "deciding",
    "decisions",
    "documents",
    "enactment",
    "exchange",
    "groups",
    "home",
    "objections",
    "pairs",
    "runs",
    "side",
    "suggestions",
    "topics",
    "windows",
]
