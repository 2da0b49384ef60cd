"""Campaigns 刷屏: many copies of few texts. Shown as such, never removed, never counted less."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from models.cluster import Cluster, Membership
from models.suggestion import Suggestion, SuggestionStatus

#: Fewer copies than this are neighbours who agree.
FEWEST = 10
#: So many suggestions for each distinct text.
COPIES = 3

#: Or so much of the group are copies of one text, each with its blanks filled in anew.
SHARE = 0.5

IS_CAMPAIGN = and_(
    Cluster.suggestion_count >= FEWEST,
    or_(
        Cluster.suggestion_count >= COPIES * Cluster.text_count,
        and_(
            Cluster.copy_count >= FEWEST,
            Cluster.copy_count >= SHARE * Cluster.suggestion_count,
        ),
    ),
)


def is_campaign(cluster: Cluster) -> bool:
    """Say whether ``cluster`` has at least ten suggestions, and mostly of few wordings.

    That is three or more for each distinct text, or half of them copies of one form.
    """
    if cluster.suggestion_count < FEWEST:
        return False
    copies = cluster.copy_count or 0
    return cluster.suggestion_count >= COPIES * cluster.text_count or (
        copies >= FEWEST and copies >= SHARE * cluster.suggestion_count
    )


#: Columns of the chart; one is an hour, or so many days that all fit.
COLUMNS = 48
#: Arrivals that a chart is drawn from, the earliest first.
READ = 50_000


@dataclass(frozen=True)
class Column:
    """One column of the chart of arrivals: when it begins, how many came, whether in the burst."""

    start: datetime
    count: int
    in_burst: bool


@dataclass(frozen=True)
class Campaign:
    """What is shown of a campaign: the group with its facts, and the arrivals in time."""

    cluster: Cluster
    columns: Sequence[Column]
    #: Length of a column in hours.
    hours: int


def arrivals(cluster: Cluster) -> Select[datetime]:
    """When each suggestion that counts in ``cluster`` came."""
    return (
        select(Suggestion.created_at)
        .join(Membership, Membership.suggestion_id == Suggestion.id)
        .where(
            Membership.cluster_id == cluster.id,
            Suggestion.status == SuggestionStatus.RECEIVED,
        )
    )


def campaign_of(session: Session, cluster: Cluster, *, zone: tzinfo) -> Campaign | None:
    """The campaign that ``cluster`` is, with its arrivals by the local clock; one query, or none."""
    if not is_campaign(cluster):
        return None
    earliest = arrivals(cluster).order_by(Suggestion.created_at).limit(READ)
    moments = session.scalars(earliest).all()
    if not moments:
        return None
    local = [moment.astimezone(zone) for moment in moments]
    hours = _hours(local[-1] - local[0])
    begin = local[0].replace(minute=0, second=0, microsecond=0)
    if hours % 24 == 0:
        begin = begin.replace(hour=0)
    step = timedelta(hours=hours)
    counts: dict[int, int] = {}
    for moment in local:
        place = (moment - begin) // step
        counts[place] = counts.get(place, 0) + 1
    columns = [
        _column(cluster, begin + at * step, step, counts.get(at, 0))
        for at in range(max(counts) + 1)
    ]
    return Campaign(cluster, columns, hours)


def _hours(span: timedelta) -> int:
    """The shortest usual length of a column with which the whole span fits."""
    for hours in (1, 3, 6, 12):
        if span <= timedelta(hours=hours * (COLUMNS - 1)):
            return hours
    return 24 * (1 + span // timedelta(days=COLUMNS - 1))


def _column(cluster: Cluster, start: datetime, step: timedelta, count: int) -> Column:
    first, last = cluster.burst_from, cluster.burst_to
    inside = first is not None and last is not None and first < start + step and last >= start
    return Column(start, count, inside and count > 0)
