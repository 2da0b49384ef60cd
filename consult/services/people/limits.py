"""How often something may be tried, counted in the database so that every process counts alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Result, delete, func, select
from sqlalchemy.orm import Session

from consult.exceptions import TooMany
from models.person import Attempt

#: How long attempts are remembered; longer than any limit looks back.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most ``most`` attempts ``within`` a time, each ``who`` for itself."""

    purpose: str
    most: int
    within: timedelta


def require_room(session: Session, limit: Limit, who: str, *, now: datetime) -> None:
    """Go on quietly while ``who`` (a digest) has attempts left.

    :raises TooMany: if there are none.
    """
    used = session.scalar(
        select(func.count()).where(
            Attempt.purpose == limit.purpose,
            Attempt.digest == who,
            Attempt.created_at > now - limit.within,
        )
    )
    if (used or 0) >= limit.most:
        raise TooMany


def note(session: Session, limit: Limit, who: str, *, now: datetime) -> None:
    """Count one attempt of ``who``."""
    session.add(Attempt(purpose=limit.purpose, digest=who, created_at=now))


def forget_old(session: Session, *, now: datetime) -> int:
    """Drop what no limit looks at any more, and say how much it was."""
    gone = session.execute(delete(Attempt).where(Attempt.created_at < now - KEPT))
    return rows_of(gone)


def rows_of(result: Result[Any]) -> int:
    """How many rows a DELETE or UPDATE touched."""
    return cast("CursorResult[Any]", result).rowcount
