"""A person's own pages."""

from consult.web.account import (
    mine,
    notices,
    passwords,
    profile,
    signing,
)
from consult.web.account.blueprint import bp

__all__ = [
    "bp",
    "mine",
    "notices",
    "passwords",
    "profile",
    "signing",
]
