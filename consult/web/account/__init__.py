"""A person's own pages."""

from consult.web.account import (
    mine,
    notices,
    participating,
    passwords,
    profile,
    sessions,
    signing,
)
from consult.web.account.blueprint import bp

__all__ = [
    "bp",
    "mine",
    "notices",
    "participating",
    "passwords",
    "profile",
    "sessions",
    "signing",
]
