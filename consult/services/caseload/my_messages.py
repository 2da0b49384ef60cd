"""A person's own messages, and those they follow: how far each has come, and who acts next."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.services.caseload import answered
from consult.services.caseload.answered import PublicMessage
from consult.services.caseload.public_states import shown
from consult.services.records.pages import Page, paginate
from models.case import Case
from models.case import CaseState as S
from models.person import Person
from models.suggestion import Suggestion, Support

SIZE = 20


class Mine(StrEnum):
    """Which of one's own messages to list."""

    #: The author is to do something, or may.
    WAITING = "waiting"
    IN_HAND = "in_hand"
    DONE = "done"


STATES: Mapping[Mine, frozenset[S]] = {
    Mine.WAITING: frozenset({S.RETURNED_FOR_MORE, S.REPLIED}),
    Mine.DONE: frozenset(
        {S.NOT_ACCEPTED, S.RATED, S.CLOSED, S.ARCHIVED, S.TRANSFERRED, S.WITHDRAWN}
    ),
}


def states_of(which: Mine) -> frozenset[S]:
    """The stages of the messages in one of the lists; every stage is in one of them."""
    if which is Mine.IN_HAND:
        return frozenset(S) - STATES[Mine.WAITING] - STATES[Mine.DONE]
    return STATES[which]


def written(
    session: Session, *, person: Person, which: Mine | None = None, page: int = 1
) -> Page[Case]:
    """One page of what ``person`` wrote, the newest first, with what a line shows of each."""
    query = _of(person)
    if which is not None:
        query = query.where(Case.state.in_(states_of(which)))
    query = query.options(
        joinedload(Case.suggestion),
        joinedload(Case.topic),
        joinedload(Case.unit),
        selectinload(Case.clocks),
        selectinload(Case.appeals),
    )
    return paginate(session, query.order_by(Case.id.desc()), page=page, size=SIZE)


def counts(session: Session, *, person: Person) -> Mapping[Mine, int]:
    """How many of their messages are where; one query."""
    query = _of(person).with_only_columns(Case.state, func.count()).group_by(Case.state)
    found = dict.fromkeys(Mine, 0)
    for state, count in session.execute(query):
        for which in Mine:
            found[which] += count if state in states_of(which) else 0
    return found


def followed(session: Session, *, person: Person, page: int = 1) -> Page[PublicMessage]:
    """One page of the messages of others that ``person`` follows, the latest choice first."""
    query = (
        select(Suggestion.id)
        .join(Case, Case.suggestion_id == Suggestion.id)
        .join(Support, Support.suggestion_id == Suggestion.id)
        .where(Support.person_id == person.id, shown())
        .order_by(Support.created_at.desc(), Suggestion.id.desc())
    )
    found = paginate(session, query, page=page, size=SIZE)
    return found.with_items(answered.of_messages(session, found.items, reader=person))


def _of(person: Person) -> Select[Case]:
    return (
        select(Case)
        .join(Suggestion, Suggestion.id == Case.suggestion_id)
        .where(Suggestion.author_id == person.id)
    )
