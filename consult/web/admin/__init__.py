"""Agencies, people, the ledger and the running of the platform."""

from consult.web.admin import (
    agencies,
    home,
    ledger,
    operations,
    people,
    side,
)
from consult.web.admin.blueprint import bp

__all__ = [
    "agencies",
    "bp",
    "home",
    "ledger",
    "operations",
    "people",
    "side",
]
