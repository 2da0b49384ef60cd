"""What is behind an alarm: its messages, what carries it, and its hours against the ordinary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from consult.services.records.pages import Page, paginate
from consult.services.supervising import surge_levels, surge_series
from consult.services.supervising.surge_levels import HOUR
from consult.services.supervising.surge_series import WHOLE
from models.agency import Agency, Region
from models.case import Case
from models.cluster import Cluster, Membership
from models.mailbox import Domain
from models.surge import SurgeAbout, SurgeAlarm

#: Hours that are drawn, in columns of some hours each.
DRAWN = 8 * 24
COLUMN = 4
#: Of what carries an alarm, so many are named.
NAMED = 5


@dataclass(frozen=True)
class Column:
    """One column of the chart: when it begins, how many came, how many mostly come."""

    begins: datetime
    count: int
    expected: float


@dataclass(frozen=True)
class Carrying:
    """What most of the messages behind an alarm have in common, with how many they are."""

    groups: Sequence[tuple[Cluster, int]]
    units: Sequence[tuple[Agency, int]]
    regions: Sequence[tuple[Region, int]]
    total: int


def messages(session: Session, alarm: SurgeAlarm, *, page: int = 1, size: int = 20) -> Page[Case]:
    """The messages behind an alarm, the newest first."""
    query = (
        select(Case)
        .where(*behind(session, alarm))
        .options(joinedload(Case.suggestion), joinedload(Case.unit))
        .order_by(Case.created_at.desc(), Case.id.desc())
    )
    found: Page[Case] = paginate(session, query, page=page, size=size)
    return found


def behind(session: Session, alarm: SurgeAlarm) -> list[ColumnElement[bool]]:
    """Which cases an alarm is about: of its series, from its window on until it was last seen."""
    return [
        Case.topic_id == alarm.topic_id,
        Case.confidential.is_(False),
        Case.created_at >= alarm.created_at - alarm.hours * HOUR,
        Case.created_at <= max(alarm.seen_at, alarm.created_at),
        *_of_series(session, alarm),
    ]


def carrying(session: Session, alarm: SurgeAlarm) -> Carrying:
    """The groups, units and regions that most messages behind an alarm belong to; four queries."""
    conditions = behind(session, alarm)
    total = session.scalar(select(func.count(Case.id)).where(*conditions)) or 0
    grouped = (
        select(Cluster, func.count(Case.id))
        .join(Membership, Membership.cluster_id == Cluster.id)
        .join(Case, Case.suggestion_id == Membership.suggestion_id)
        .where(*conditions)
        .group_by(Cluster.id)
        .having(func.count(Case.id) > 1)
    )
    units = select(Agency, func.count(Case.id)).join(Case, Case.unit_id == Agency.id)
    regions = select(Region, func.count(Case.id)).join(Case, Case.region_code == Region.code)
    most = func.count(Case.id).desc()
    return Carrying(
        groups=session.execute(grouped.order_by(most, Cluster.id).limit(NAMED)).all(),
        units=session.execute(
            units.where(*conditions).group_by(Agency.id).order_by(most, Agency.id).limit(NAMED)
        ).all(),
        regions=session.execute(
            regions.where(*conditions)
            .group_by(Region.code)
            .order_by(most, Region.code)
            .limit(NAMED)
        ).all(),
        total=total,
    )


def course(session: Session, alarm: SurgeAlarm, *, now: datetime, zone: tzinfo) -> list[Column]:
    """The last days of an alarm's series up to its end, beside what they mostly bring."""
    end = surge_series.hour_end(alarm.ended_at or now)
    if end - DRAWN * HOUR < now - surge_series.KEPT:  # the hours are no longer kept
        return []
    first = surge_series.start(session, alarm.mailbox, now=end)
    mine = (alarm.about, alarm.key)
    found = surge_series.read(session, alarm.mailbox, {mine, WHOLE}, begin=first, end=end)
    hours = min(DRAWN, len(found[mine]))
    if not hours:
        return []
    begins, counts = end - hours * HOUR, found[mine][-hours:]
    known = surge_levels.course({WHOLE: found[WHOLE][:-hours]}, first.astimezone(zone))
    usual = surge_levels.ordinary(found[mine][:-hours], begins.astimezone(zone), known, hours)
    return [
        Column(
            begins + timedelta(hours=at),
            int(counts[at : at + COLUMN].sum()),
            float(usual[at : at + COLUMN].sum()),
        )
        for at in range(0, hours, COLUMN)
    ]


def _of_series(session: Session, alarm: SurgeAlarm) -> list[ColumnElement[bool]]:
    match alarm.about:
        case SurgeAbout.DOMAIN:
            return [Case.domain == Domain(alarm.key)]
        case SurgeAbout.UNIT:
            return [Case.unit_id == int(alarm.key)]
        case SurgeAbout.REGION:
            return [Case.region_code.in_(_region_and_below(session, alarm.key))]
        case SurgeAbout.GROUP:
            members = select(Membership.suggestion_id).filter_by(cluster_id=int(alarm.key))
            return [Case.suggestion_id.in_(members)]
    return []


def _region_and_below(session: Session, code: str) -> list[str]:
    """By parents, since a code says little of who lies below it where districts were moved."""
    below, found = {code}, {code}
    while below:
        query = select(Region.code).where(Region.parent_code.in_(below))
        below = set(session.scalars(query)) - found
        found |= below
    return sorted(found)
