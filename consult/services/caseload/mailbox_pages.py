"""What a mailbox says of itself: who reads it, what may be written, how long answers really take."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from consult.services.caseload.public_states import codes_within
from consult.services.records.pages import Page, paginate
from consult.services.supervising import lately
from consult.services.supervising.numbers import Figures
from consult.text.normalise import tidy_line
from models.agency import Agency, Region
from models.mailbox import Mailbox
from models.topic import Topic

#: Regions that a form offers at most.
MOST_REGIONS = 400


def every(session: Session, *, words: str = "", page: int = 1, size: int = 24) -> Page[Mailbox]:
    """One page of the mailboxes that take messages, by name or addressee; by agency."""
    query = (
        select(Mailbox)
        .join(Mailbox.topic)
        .join(Topic.agency)
        .where(Mailbox.closed_at.is_(None))
        .options(joinedload(Mailbox.topic).joinedload(Topic.region))
        .order_by(Agency.path, Topic.id)
    )
    for word in tidy_line(words).split()[:5]:
        query = query.where(
            or_(
                Topic.title.contains(word, autoescape=True),
                Mailbox.addressee.contains(word, autoescape=True),
                Agency.name.contains(word, autoescape=True),
            )
        )
    return paginate(session, query, page=page, size=size)


def paces(
    session: Session, topic_ids: Collection[int], *, zone: ZoneInfo, now: datetime
) -> Mapping[int, Figures]:
    """What came to each of some mailboxes in the last 90 days, and how replies of these days did.

    From kept sums, so at once; a few seconds behind while very much changes.
    """
    return lately.figures(session, topic_ids, zone=zone, now=now)


def regions_of(session: Session, mailbox: Mailbox) -> Sequence[Region]:
    """Where a message to ``mailbox`` may be about: its region and those below it.

    A mailbox without a region offers the divisions of the first level.
    """
    code = mailbox.topic.region_code
    query = select(Region).order_by(Region.code).limit(MOST_REGIONS)
    if code is None:
        return session.scalars(query.where(Region.parent_code.is_(None))).all()
    return session.scalars(query.where(Region.code.between(*codes_within(code)))).all()
