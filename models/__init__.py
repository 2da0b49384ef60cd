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
    suggestion,
    theme,
    topic,
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
    "suggestion",
    "theme",
    "topic",
]
