"""Writes letters for the notices that want to go out by mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from consult.extensions import vault
from consult.letters import render
from consult.services.answering import notices
from consult.services.answering.notices import Delivery, Told
from consult.services.people.letters import Words

NOW = timedelta(0)


def deliver_next(session: Session, now: datetime) -> int:
    """Look at the next notices, and say how many were dealt with."""
    return deliver(session, now, current_app.config["STAFF_MAIL_PAUSE"]).notices


def deliver(session: Session, now: datetime, staff_pause: timedelta = NOW) -> Delivery:
    """Look at the next notices, and say what became of them."""
    return notices.deliver(
        session, vault=vault(), compose=compose, now=now, staff_pause=staff_pause
    )


def compose(told: Sequence[Told]) -> Words:
    """One letter about one topic, in the reader's language."""
    first = told[0].notice
    return render(
        f"notice_{first.kind}",
        first.person.locale,
        person=first.person,
        topic=first.topic,
        told=told,
    )
