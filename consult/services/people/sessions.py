"""Sessions: who is signed in where, and how that ends."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import NotFound
from models.person import Person, UserSession

#: Longer names of browsers are cut.
MAX_DEVICE = 200
#: How exactly it is known when a session was last used; less would be a write for each act.
SEEN_WITHIN = timedelta(minutes=5)


def open_session(
    session: Session, *, person: Person, device: str, lifetime: timedelta, now: datetime
) -> str:
    """Sign ``person`` in on one device and return the token for the cookie.

    The token is new each time, so that one planted in a browser is worth nothing;
    only its digest is kept.
    """
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            person=person,
            digest=_digest(token),
            device=device[:MAX_DEVICE],
            created_at=now,
            seen_at=now,
            expires_at=now + lifetime,
        )
    )
    person.session_token = token
    return token


def person_of(session: Session, token: str, *, now: datetime) -> Person | None:
    """Whose session this is, with roles and agencies; None if it ended or the person is blocked."""
    found = _of_token(session, token, now)
    return found.person if found else None


def person_acting(session: Session, token: str, *, now: datetime) -> Person | None:
    """The same for somebody who does something; when is remembered to :data:`SEEN_WITHIN`."""
    found = _of_token(session, token, now)
    if found is None:
        return None
    if found.seen_at < now - SEEN_WITHIN:
        session.execute(
            update(UserSession)
            .where(UserSession.id == found.id, UserSession.seen_at < now - SEEN_WITHIN)
            .values(seen_at=now)
            .execution_options(synchronize_session=False)
        )
    return found.person


def _of_token(session: Session, token: str, now: datetime) -> UserSession | None:
    values = {"digest": _digest(token), "now": now}
    found = session.scalars(_whose(), values).unique().one_or_none()
    if found is None or not found.person.is_active:
        return None
    found.person.session_token = token
    return found


@cache
def _whose() -> Select[UserSession]:
    """The statement of every request by somebody who is signed in, made once."""
    return (
        select(UserSession)
        .where(
            UserSession.ended_at.is_(None),
            UserSession.expires_at > bindparam("now"),
            UserSession.digest == bindparam("digest"),
        )
        .options(joinedload(UserSession.person, innerjoin=True).joinedload(Person.appointments))
        .execution_options(planned_once=True)
    )


def standing(session: Session, *, person: Person, now: datetime) -> Sequence[UserSession]:
    """The sessions in which ``person`` is signed in, the last used first."""
    query = _standing(now).where(UserSession.person_id == person.id)
    return session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc())).all()


def is_own(found: UserSession, person: Person) -> bool:
    """Say whether ``found`` is the session that ``person`` is using now."""
    return bool(person.session_token) and found.digest == _digest(person.session_token or "")


def end(session: Session, *, person: Person, number: int, now: datetime) -> None:
    """End one session of ``person``; one that has ended stays ended.

    :raises NotFound: if it is not theirs.
    """
    found = session.get(UserSession, number)
    if found is None or found.person_id != person.id:
        raise NotFound
    found.ended_at = found.ended_at or now


def end_token(session: Session, *, token: str, now: datetime) -> None:
    """End the session of ``token``, if there is one."""
    _end_where(session, UserSession.digest == _digest(token), now=now)


def end_all(session: Session, *, person: Person, now: datetime, keep: str | None = None) -> None:
    """End every session of ``person`` save the one of the token ``keep``."""
    others = UserSession.digest != _digest(keep or "")
    _end_where(session, (UserSession.person_id == person.id) & others, now=now)


def _standing(now: datetime) -> Select[UserSession]:
    return select(UserSession).where(UserSession.ended_at.is_(None), UserSession.expires_at > now)


def _end_where(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    session.execute(
        update(UserSession).where(UserSession.ended_at.is_(None), which).values(ended_at=now)
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
