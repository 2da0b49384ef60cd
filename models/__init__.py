"""What is stored. SQLAlchemy only; importing this package knows every table."""

from models import (
    agency,
    attachment,
    base,
    cluster,
    decision,
    document,
    job,
    ledger,
    notice,
    person,
    run,
    search,
    suggestion,
    theme,
    topic,
    transfer,
)

__all__ = [
    "agency",
    "attachment",
    "base",
    "cluster",
    "decision",
    "document",
    "job",
    "ledger",
    "notice",
    "person",
    "run",
    "search",
    "suggestion",
    "theme",
    "topic",
    "transfer",
]
