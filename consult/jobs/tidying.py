"""Drops what is no longer needed."""

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from consult.extensions import storage
from consult.services.exchange import transfers
from consult.services.overview import tidying


def tidy(session: Session, now: datetime) -> int:
    """Drop it all, and say how much it was."""
    over = now - current_app.config["TRANSFERS_KEPT"]
    gone = tidying.tidy(session, now=now) + transfers.forget_files(session, before=over)
    return gone + tidying.sweep(session, storage=storage(), now=now)
