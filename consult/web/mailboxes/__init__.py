"""Mailboxes: what may be written there, what was answered, and one's own messages."""

from consult.web.mailboxes import acting, annual, messages, mine, numbers, reading, writing
from consult.web.mailboxes.blueprint import bp

__all__ = ["acting", "annual", "bp", "messages", "mine", "numbers", "reading", "writing"]
