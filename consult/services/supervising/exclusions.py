"""不合理诉求: a case is left out of the rates by two people, and is still answered and counted."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotAllowed, NotFound
from consult.services.caseload import sight
from consult.services.handling.parties import holds, require_sight
from consult.services.records import ledger
from consult.services.records.pages import Page, paginate
from consult.services.records.versions import expect_version
from consult.services.supervising.places import Place
from consult.services.supervising.scopes import within
from consult.text.normalise import tidy
from models.agency import Agency
from models.case import Case, CaseState
from models.person import Person, Role
from models.suggestion import Suggestion
from models.supervision import Exclusion, ExclusionReason
from models.topic import Topic

MOST = 2000
SIZE = 20
JUDGES = (Role.ASSIGNER, Role.SUPERVISOR)
#: Of these nothing is in the rates anyway.
NOT_COUNTED = (CaseState.WITHDRAWN, CaseState.TRANSFERRED)


def current(session: Session, case: Case) -> Exclusion | None:
    """What is proposed, or stands."""
    return session.scalar(
        select(Exclusion).where(Exclusion.case_id == case.id, Exclusion.ended_at.is_(None))
    )


def history(session: Session, case: Case) -> list[Exclusion]:
    """All there was, the oldest first."""
    query = select(Exclusion).where(Exclusion.case_id == case.id).order_by(Exclusion.id)
    people = (Exclusion.proposed_by, Exclusion.decided_by, Exclusion.ended_by)
    return list(session.scalars(query.options(*(joinedload(one) for one in people))))


def visible_case(session: Session, case_id: int, *, reader: Person) -> Case:
    """The case, for who may see it; a confidential one has no numbers to be left out of.

    :raises NotFound: for anybody else.
    """
    case = session.get(Case, case_id)
    if case is None or case.confidential:
        raise NotFound
    require_sight(case, reader)
    return case


def may_propose(case: Case, person: Person) -> bool:
    """Assigners of the mailbox's agency, but for one's own message."""
    return _judges(case, person, Role.ASSIGNER)


def may_decide(found: Exclusion, person: Person) -> bool:
    """Assigners and supervisors, but for who proposed it and who handles the case."""
    case = found.case
    own = person.id in {found.proposed_by_id, case.handler_id}
    return not own and _judges(case, person, *JUDGES)


def may_take_back(found: Exclusion, person: Person) -> bool:
    """Assigners and supervisors: for a way back into the rates one is enough."""
    return found.ended_at is None and _judges(found.case, person, *JUDGES)


def propose(
    session: Session,
    *,
    case: Case,
    reason: ExclusionReason,
    words: str,
    actor: Person,
    now: datetime,
) -> Exclusion:
    """Propose to leave it out; nothing changes before a second person agrees.

    :raises NotAllowed: for anybody but an assigner.
    :raises Invalid: without grounds.
    :raises Conflict: if it is proposed or left out already, or was never accepted.
    """
    require_sight(case, actor)
    if not may_propose(case, actor):
        raise NotAllowed
    said = _said(words)
    if case.confidential or case.accepted_at is None or case.state in NOT_COUNTED:
        raise Conflict(N_("Only a case that was accepted is in the rates."))
    if current(session, case) is not None:
        raise Conflict(N_("This is proposed already, or stands."))
    found = Exclusion(case=case, reason=reason, words=said, proposed_by_id=actor.id, created_at=now)
    session.add(found)
    ledger.record(session, "exclusion.proposed", case, actor=actor, now=now, reason=reason.value)
    return found


def decide(
    session: Session,
    *,
    found: Exclusion,
    approved: bool,
    words: str,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """The second person agrees, and the case leaves the rates; or does not.

    :raises NotAllowed: for who proposed it, who handles the case, and anybody without the role.
    :raises Invalid: if it is refused without a word.
    :raises Conflict: if it was decided before.
    """
    require_sight(found.case, actor)
    if not may_decide(found, actor):
        raise NotAllowed(N_("A second person decides: not who proposed it, nor who handles it."))
    expect_version(found, version)
    if found.approved is not None or found.ended_at is not None:
        raise Conflict(N_("This was decided already."))
    found.approved, found.decided_at, found.decided_by_id = approved, now, actor.id
    found.decision = _said(words) if not approved else tidy(words)[:MOST]
    if approved:
        found.case.excluded_at = now
    else:
        found.ended_at, found.ended_by_id, found.end_words = now, actor.id, found.decision
    ledger.record(session, "exclusion.decided", found.case, actor=actor, now=now, approved=approved)


def take_back(
    session: Session, *, found: Exclusion, words: str, version: int, actor: Person, now: datetime
) -> None:
    """Withdraw the proposal, or bring the case back into the rates; one person is enough for that.

    :raises NotAllowed: for anybody but assigners and supervisors.
    :raises Conflict: if it has ended already.
    """
    require_sight(found.case, actor)
    if not _judges(found.case, actor, *JUDGES):
        raise NotAllowed
    expect_version(found, version)
    if found.ended_at is not None:
        raise Conflict(N_("This was decided already."))
    found.end_words = _said(words)
    found.ended_at, found.ended_by_id = now, actor.id
    found.case.excluded_at = None
    ledger.record(session, "exclusion.ended", found.case, actor=actor, now=now)


def listed(
    session: Session, place: Place, *, reader: Person, waiting: bool, page: int = 1
) -> Page[Exclusion]:
    """Those of a place that wait for a second person, or that were decided; the newest first."""
    query: Select[Exclusion] = (
        select(Exclusion)
        .join(Case, Case.id == Exclusion.case_id)
        .where(Case.confidential.is_(False), sight.visible(reader), _of(place))
        .options(
            joinedload(Exclusion.case).joinedload(Case.unit),
            joinedload(Exclusion.case)
            .joinedload(Case.suggestion)
            .load_only(Suggestion.title, Suggestion.topic_id),
            joinedload(Exclusion.proposed_by),
            joinedload(Exclusion.decided_by),
        )
        .order_by(Exclusion.id.desc())
    )
    open_ones = Exclusion.approved.is_(None) & Exclusion.ended_at.is_(None)
    return paginate(
        session, query.where(open_ones if waiting else ~open_ones), page=page, size=SIZE
    )


def _of(place: Place) -> ColumnElement[bool]:
    below = select(Agency.id).where(within(place.agency))
    if place.is_unit:
        return Case.unit_id.in_(below)
    return Case.topic_id.in_(select(Topic.id).where(Topic.agency_id.in_(below)))


def _judges(case: Case, person: Person, *roles: Role) -> bool:
    if not person.is_active or case.suggestion.author_id == person.id:
        return False
    return any(holds(person, role, case.topic.agency) for role in roles)


def _said(words: str) -> str:
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please give a reason."), field="words")
    return said
