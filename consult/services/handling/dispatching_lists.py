"""The catalogue as pages: what holds now, and everything that was changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.services.handling.dispatching import EVERYWHERE
from consult.services.records.pages import Page, paginate
from models.agency import Agency, Region
from models.mailbox import DispatchRule, Domain, Mailbox

SIZE = 50


@dataclass(frozen=True)
class Wanted:
    """What of the catalogue is looked for; nothing: all of it."""

    domain: Domain | None = None
    #: A code; the empty one is everywhere, None any.
    region_code: str | None = None
    unit_id: int | None = None


def standing(
    session: Session, mailbox: Mailbox, wanted: Wanted | None = None, *, page: int = 1
) -> Page[DispatchRule]:
    """What holds now: by domain, the whole before its regions."""
    wanted = wanted or Wanted()
    query = (
        select(DispatchRule)
        .filter_by(mailbox_id=mailbox.topic_id, ended_at=None)
        .options(joinedload(DispatchRule.unit), joinedload(DispatchRule.made_by))
        .order_by(DispatchRule.domain, DispatchRule.region_code)
    )
    if wanted.domain is not None:
        query = query.filter_by(domain=wanted.domain)
    if wanted.region_code is not None:
        query = query.filter_by(region_code=wanted.region_code)
    if wanted.unit_id is not None:
        query = query.filter_by(unit_id=wanted.unit_id)
    return paginate(session, query, page=page, size=SIZE)


def changes(
    session: Session,
    mailbox: Mailbox,
    *,
    domain: Domain | None = None,
    region_code: str = EVERYWHERE,
    page: int = 1,
) -> Page[DispatchRule]:
    """Every row there ever was, the newest first; of one domain and region, if one is named."""
    query = (
        select(DispatchRule)
        .filter_by(mailbox_id=mailbox.topic_id)
        .options(
            joinedload(DispatchRule.unit),
            joinedload(DispatchRule.made_by),
            joinedload(DispatchRule.ended_by),
        )
        .order_by(DispatchRule.id.desc())
    )
    if domain is not None:
        query = query.filter_by(domain=domain, region_code=region_code)
    return paginate(session, query, page=page, size=SIZE)


def regions(session: Session, codes: Collection[str]) -> dict[str, Region]:
    """Regions by code; one query."""
    wanted = {code for code in codes if code}
    return {one.code: one for one in session.scalars(select(Region).where(Region.code.in_(wanted)))}


@dataclass(frozen=True)
class Used:
    """What can be filtered by: the units and regions that the catalogue names now."""

    units: Sequence[Agency]
    regions: Sequence[Region]


def used(session: Session, mailbox: Mailbox) -> Used:
    """The units and regions that stand in the catalogue; two queries."""
    named = select(DispatchRule).filter_by(mailbox_id=mailbox.topic_id, ended_at=None)
    units = select(Agency).where(Agency.id.in_(named.with_only_columns(DispatchRule.unit_id)))
    places = select(Region).where(
        Region.code.in_(named.with_only_columns(DispatchRule.region_code))
    )
    return Used(
        session.scalars(units.order_by(Agency.path)).all(),
        session.scalars(places.order_by(Region.code)).all(),
    )
