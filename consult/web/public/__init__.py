"""What everybody may see, and taking part."""

from consult.web.public import (
    attachments,
    changing,
    groups,
    outcomes,
    pages,
    receipts,
    suggesting,
    suggestions,
    supports,
    topics,
)
from consult.web.public.blueprint import bp

__all__ = [
    "attachments",
    "bp",
    "changing",
    "groups",
    "outcomes",
    "pages",
    "receipts",
    "suggesting",
    "suggestions",
    "supports",
    "topics",
]
