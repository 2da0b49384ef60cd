"""Arrivals by the hour: counted from the cases as they come, and read as series.

A series is everything a mailbox gets, or what of it is about a domain, comes from a region (with all
regions below it) or lies with a unit. To which unit and region a message belongs shows only after
it came, so that the last days are counted again each time; the hours before stand. Reports (举报)
are counted nowhere.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from consult.services.supervising.surge_levels import HISTORY_DAYS, HOUR, WINDOWS, Counts, hourly
from models.agency import Region
from models.case import Case
from models.cluster import Membership
from models.mailbox import Domain, Mailbox
from models.suggestion import Suggestion
from models.surge import SurgeAbout, SurgeCount, SurgeWatch

#: Counted again each time: the longest window that is looked at.
AGAIN = max(WINDOWS) * HOUR
#: Counted in one go; longer than what is counted again, so that it gets on.
AT_ONCE = timedelta(days=6)
#: What a baseline and a window are read from.
READ = timedelta(days=HISTORY_DAYS) + AGAIN
#: Older hours are dropped.
KEPT = READ + timedelta(days=10)

#: What is counted, and which one of them.
Series = tuple[SurgeAbout, str]
WHOLE: Series = (SurgeAbout.MAILBOX, "")


@dataclass(frozen=True)
class Arrival:
    """A message that came, and every series that it counts for."""

    case_id: int
    suggestion_id: int
    at: datetime
    digest: str
    cluster_id: int | None
    series: frozenset[Series]


def hour_end(now: datetime) -> datetime:
    """The end of the hour in which ``now`` lies; the full hour belongs to the one before."""
    begun = now.replace(minute=0, second=0, microsecond=0)
    return begun if begun == now else begun + HOUR


def count(session: Session, mailbox: Mailbox, *, now: datetime) -> list[Arrival] | None:
    """Count what came, and return the arrivals of the last days; None: there is more to count.

    Run twice it changes nothing; the first time it takes a step for every six days of the past.
    """
    end = hour_end(now)
    watch = session.get(SurgeWatch, mailbox.topic_id)
    if watch is None:
        first = session.scalar(
            select(Case.created_at)
            .filter_by(topic_id=mailbox.topic_id)
            .order_by(Case.created_at)
            .limit(1)
        )
        begin = max(_hour(first) if first else end, end - KEPT)
        watch = SurgeWatch(topic_id=mailbox.topic_id, counted_to=min(begin, end))
        session.add(watch)
    begin, until = watch.counted_to, min(end, watch.counted_to + AT_ONCE)
    found = arrivals(session, mailbox, min(begin, until - AGAIN), until)
    _store(session, mailbox, begin, until, found)
    watch.counted_to = max(watch.counted_to, min(until, end - AGAIN))
    old = SurgeCount.hour < end - KEPT
    session.execute(delete(SurgeCount).where(SurgeCount.topic_id == mailbox.topic_id, old))
    return [one for one in found if one.at >= end - AGAIN] if until == end else None


def arrivals(session: Session, mailbox: Mailbox, begin: datetime, end: datetime) -> list[Arrival]:
    """What came from ``begin`` until before ``end``, the oldest first."""
    query = (
        select(
            Case.id,
            Case.suggestion_id,
            Case.created_at,
            Case.domain,
            Case.region_code,
            Case.unit_id,
            Suggestion.digest,
            Membership.cluster_id,
        )
        .join(Suggestion, Suggestion.id == Case.suggestion_id)
        .outerjoin(Membership, Membership.suggestion_id == Case.suggestion_id)
        .where(
            Case.topic_id == mailbox.topic_id,
            Case.confidential.is_(False),
            Case.created_at >= begin,
            Case.created_at < end,
        )
        .order_by(Case.created_at, Case.id)
    )
    regions = _regions(session, mailbox)
    home = mailbox.topic.agency_id
    found = []
    for number, suggestion, at, domain, region, unit, digest, cluster in session.execute(query):
        series = {WHOLE}
        if domain is not Domain.OTHER:
            series.add((SurgeAbout.DOMAIN, domain.value))
        series.update((SurgeAbout.REGION, code) for code in regions.get(region, ()))
        if unit != home:
            series.add((SurgeAbout.UNIT, str(unit)))
        if cluster is not None:
            series.add((SurgeAbout.GROUP, str(cluster)))
        found.append(Arrival(number, suggestion, at, digest, cluster, frozenset(series)))
    return found


def read(
    session: Session,
    mailbox: Mailbox,
    wanted: Collection[Series],
    *,
    begin: datetime,
    end: datetime,
) -> dict[Series, Counts]:
    """The hours of each series from ``begin`` until before ``end``; two queries whatever there is."""
    found = {one: np.zeros(max(0, int((end - begin) / HOUR))) for one in wanted}
    stored = [one for one in wanted if one[0] is not SurgeAbout.GROUP]
    if stored:
        for about, key, hour, number in session.execute(
            select(SurgeCount.about, SurgeCount.key, SurgeCount.hour, SurgeCount.count).where(
                SurgeCount.topic_id == mailbox.topic_id,
                tuple_(SurgeCount.about, SurgeCount.key).in_(stored),
                SurgeCount.hour >= begin,
                SurgeCount.hour < end,
            )
        ):
            found[about, key][int((hour - begin) / HOUR)] = number
    groups = [int(key) for about, key in wanted if about is SurgeAbout.GROUP]
    for cluster, moments in _group_moments(session, groups, begin, end).items():
        found[SurgeAbout.GROUP, str(cluster)] = hourly(moments, begin, end)
    return found


def start(session: Session, mailbox: Mailbox, *, now: datetime) -> datetime:
    """Since when the mailbox is there, as far as a baseline looks back."""
    first = session.scalar(
        select(SurgeCount.hour)
        .filter_by(topic_id=mailbox.topic_id)
        .order_by(SurgeCount.hour)
        .limit(1)
    )
    opened = _hour(mailbox.topic.opens_at)
    return max(min(first or opened, opened), hour_end(now) - READ)


def _group_moments(
    session: Session, groups: Sequence[int], begin: datetime, end: datetime
) -> Mapping[int, list[datetime]]:
    found: dict[int, list[datetime]] = {}
    if groups:
        query = (
            select(Membership.cluster_id, Case.created_at)
            .join(Case, Case.suggestion_id == Membership.suggestion_id)
            .where(
                Membership.cluster_id.in_(groups),
                Case.confidential.is_(False),
                Case.created_at >= begin,
                Case.created_at < end,
            )
        )
        for cluster, moment in session.execute(query):
            found.setdefault(cluster, []).append(moment)
    return found


def _store(
    session: Session,
    mailbox: Mailbox,
    begin: datetime,
    end: datetime,
    found: Iterable[Arrival],
) -> None:
    """Write the hours that are new or other than what stands; nothing where nothing changed."""
    counts = Counter(
        (*series, _hour(one.at))
        for one in found
        if one.at >= begin
        for series in one.series
        if series[0] is not SurgeAbout.GROUP
    )
    topic = mailbox.topic_id
    query = select(SurgeCount.about, SurgeCount.key, SurgeCount.hour, SurgeCount.count).where(
        SurgeCount.topic_id == topic, SurgeCount.hour >= begin, SurgeCount.hour < end
    )
    known = {(row[0], row[1], row[2]): row[3] for row in session.execute(query)}
    new = [key for key in counts if key not in known]
    other = [key for key, number in known.items() if counts[key] != number]
    if new:
        session.execute(insert(SurgeCount), [_row(topic, key, counts[key]) for key in new])
    if other:
        session.execute(update(SurgeCount), [_row(topic, key, counts[key]) for key in other])


def _row(topic_id: int, key: tuple[SurgeAbout, str, datetime], number: int) -> dict[str, object]:
    about, name, hour = key
    return {"topic_id": topic_id, "about": about, "key": name, "hour": hour, "count": number}


def _regions(session: Session, mailbox: Mailbox) -> Mapping[str | None, tuple[str, ...]]:
    """For each region itself and those above it, up to before the mailbox's own."""
    rows = session.execute(select(Region.code, Region.parent_code)).all()
    parents = {code: parent for code, parent in rows}  # noqa: C416 - rows are no pairs to a reader of types
    own = mailbox.topic.region_code
    found: dict[str | None, tuple[str, ...]] = {}
    for code in parents:
        chain: list[str] = []
        at: str | None = code
        while at is not None and at != own and at not in chain:
            chain.append(at)
            at = parents.get(at)
        if at == own or own is None:
            found[code] = tuple(chain)
        else:  # a region elsewhere counts for itself
            found[code] = (code,)
    return found


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
