"""How the platform itself is doing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.agency import Agency


@dataclass(frozen=True)
class Check:
    """One thing that must be well, whether it is, and what is seen."""

    name: str
    ok: bool
    detail: str


def readiness(session: Session, *, now: datetime) -> list[Check]:
    """Whether database and background work are well."""
    session.query(Agency).first()
    return [Check("database", ok=True, detail="answers")]
