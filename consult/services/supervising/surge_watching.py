"""熔断: alarms open, rise, fall and end by themselves, and ring once for each matter and level.

One surge stands out of several series at once: the mailbox, a region, a group. The alarm that
opened first rings; another about mostly the same messages belongs to it and rings only if it
reaches a higher level. An alarm falls, or ends, after it was below its level for some hours.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from consult.services.records import ledger
from consult.services.supervising import surge_levels, surge_series, surge_words
from consult.services.supervising.surge_levels import DAY, HOUR, RULES, Alarm
from consult.services.supervising.surge_matters import Seen, breadth, head_of
from consult.services.supervising.surge_ringing import hush, ring
from consult.services.supervising.surge_series import WHOLE, Arrival, Series
from models.mailbox import Mailbox
from models.surge import Level, SurgeAbout, SurgeAlarm, SurgeStep, SurgeWatch
from models.topic import Topic

#: So often each mailbox is looked at.
PAUSE = timedelta(minutes=5)
#: Below its level for so long, an alarm falls to where it is, or ends.
CALM = timedelta(hours=6)
#: From here on somebody is told at once; blue is for the page only.
RINGS_FROM = Level.YELLOW
#: What a person ended stays silent for so long, unless it gets worse.
SILENCED = max(surge_levels.WINDOWS) * HOUR
#: Fewer messages make no alarm.
FEWEST = min(rule.count for rule in RULES)
#: Copies of a request, in a day, that count as many of one.
MATES = 3


def due(session: Session, *, now: datetime) -> Sequence[int]:
    """The mailboxes to look at: those not looked at for five minutes."""
    query = (
        select(Mailbox.topic_id)
        .outerjoin(SurgeWatch, SurgeWatch.topic_id == Mailbox.topic_id)
        .where(SurgeWatch.looked_at.is_(None) | (SurgeWatch.looked_at <= now - PAUSE))
        .order_by(Mailbox.topic_id)
    )
    return session.scalars(query).all()


def watch(session: Session, *, topic_id: int, now: datetime, zone: tzinfo) -> int:
    """Count what came to a mailbox and look at it; 0: it was looked at just now."""
    mailbox = session.scalar(
        select(Mailbox)
        .filter_by(topic_id=topic_id)
        .options(joinedload(Mailbox.topic).joinedload(Topic.agency))
    )
    stand = session.get(SurgeWatch, topic_id)
    looked = stand.looked_at if stand else None
    if mailbox is None or (looked is not None and looked > now - PAUSE):
        return 0
    recent = surge_series.count(session, mailbox, now=now)
    if recent is None:
        return 1
    follow(session, mailbox, seen(session, mailbox, recent, now=now, zone=zone), now=now)
    session.flush()
    session.execute(update(SurgeWatch).filter_by(topic_id=topic_id).values(looked_at=now))
    return 1


def seen(
    session: Session,
    mailbox: Mailbox,
    recent: Sequence[Arrival],
    *,
    now: datetime,
    zone: tzinfo,
) -> dict[Series, Seen]:
    """What stands out of the series of a mailbox, of those that got enough to."""
    numbers = Counter(series for one in recent for series in one.series)
    wanted = {series for series, number in numbers.items() if number >= FEWEST}
    if not wanted:
        return {}
    begin, end = surge_series.start(session, mailbox, now=now), surge_series.hour_end(now)
    series = surge_series.read(session, mailbox, wanted | {WHOLE}, begin=begin, end=end)
    local = begin.astimezone(zone)
    course = surge_levels.course({WHOLE: series[WHOLE]}, local)
    found = {}
    for one in wanted:
        alarm = surge_levels.look(series[one], local, course)
        if alarm is not None:
            mine = [arrival for arrival in recent if one in arrival.series]
            found[one] = _look_closer(session, one, mine, alarm, end)
    return found


def follow(
    session: Session, mailbox: Mailbox, found: Mapping[Series, Seen], *, now: datetime
) -> None:
    """Let the alarms of a mailbox open, rise, fall and end by what stands out now, then tell."""
    standing = {(one.about, one.key): one for one in open_alarms(session, mailbox)}
    silenced = _silenced(session, mailbox, now)
    for series, alarm in standing.items():
        _carry_on(session, alarm, found.get(series), now)
    open_now = [one for one in standing.values() if one.ended_at is None]
    new = [
        (series, one)
        for series, one in found.items()
        if series not in standing and one.alarm.level.rank > silenced.get(series, Level.NONE).rank
    ]
    # The narrowest first: the broader ones are asked whether they say more.
    new.sort(key=lambda pair: (breadth(pair[0][0]), len(pair[1].cases), pair[0][1]))
    for series, one in new:
        head = head_of([alarm for alarm in open_now if alarm.part_of_id is None], found, series)
        open_now.append(_open(session, mailbox, series, one, head, now))
    _tell(session, open_now, now)


def open_alarms(session: Session, mailbox: Mailbox) -> Sequence[SurgeAlarm]:
    """Those that are not over, in the order in which they opened."""
    query = select(SurgeAlarm).filter_by(topic_id=mailbox.topic_id, ended_at=None)
    return session.scalars(query.order_by(SurgeAlarm.id)).all()


def note(
    session: Session,
    alarm: SurgeAlarm,
    act: str,
    *,
    now: datetime,
    level: Level | None = None,
) -> None:
    """Write down what the clock did to an alarm, or that it told of it at ``level``."""
    session.add(
        SurgeStep(
            alarm=alarm,
            act=act,
            level=level or alarm.level,
            hours=alarm.hours,
            count=alarm.count,
            expected=alarm.expected,
            created_at=now,
        )
    )
    ledger.record(
        session, f"surge.{act}", alarm, actor=None, now=now, level=(level or alarm.level).value
    )


def _look_closer(
    session: Session, series: Series, mine: Sequence[Arrival], alarm: Alarm, end: datetime
) -> Seen:
    """Add what the last day's messages have in common, and how angry they are."""
    today = [one for one in mine if one.at >= end - DAY * HOUR]
    alike = _alike(series, today)
    negative = surge_words.share(session, [one.suggestion_id for one in today])
    cases = frozenset(one.case_id for one in mine)
    return Seen(surge_levels.raised(alarm, alike, negative), cases, alike, negative)


def _alike(series: Series, today: Sequence[Arrival]) -> float:
    """The share that asks what others of the day ask; within a group, in the very same words."""
    if not today:
        return 0.0
    if series[0] is SurgeAbout.GROUP:
        texts = Counter(one.digest for one in today)
        return sum(number for number in texts.values() if number >= MATES) / len(today)
    groups = Counter(one.cluster_id for one in today if one.cluster_id is not None)
    return sum(number for number in groups.values() if number >= MATES) / len(today)


def _carry_on(session: Session, alarm: SurgeAlarm, one: Seen | None, now: datetime) -> None:
    """Raise it at once; lower or end it when it has been below for a while."""
    level = one.alarm.level if one else Level.NONE
    calm = now - alarm.seen_at >= CALM
    if one is not None and (calm or level.rank >= alarm.level.rank):
        _measure(session, alarm, one, seen_at=now)
    if level.rank > alarm.level.rank:
        alarm.level, alarm.peak = level, max(level, alarm.peak, key=lambda one: one.rank)
        note(session, alarm, "raised", now=now)
    elif level.rank < alarm.level.rank and calm:
        alarm.level = level
        if level is Level.NONE:
            alarm.ended_at = now
            hush(session, alarm, now=now)
        note(session, alarm, "lowered" if one else "ended", now=now)


def _measure(session: Session, alarm: SurgeAlarm, one: Seen, *, seen_at: datetime) -> None:
    """Write what is counted now, without making anybody's form stale."""
    values = _figures(one) | {"seen_at": seen_at}
    session.execute(update(SurgeAlarm).filter_by(id=alarm.id).values(**values))
    session.refresh(alarm, list(values))


def _figures(one: Seen) -> dict[str, object]:
    found = one.alarm
    return {
        "hours": found.window,
        "count": found.count,
        "expected": found.expected,
        "chance": found.chance,
        "alike": one.alike,
        "negative": one.negative,
        "raised_by": list(found.raised_by),
    }


def _open(
    session: Session,
    mailbox: Mailbox,
    series: Series,
    one: Seen,
    head: SurgeAlarm | None,
    now: datetime,
) -> SurgeAlarm:
    alarm = SurgeAlarm(
        topic_id=mailbox.topic_id,
        mailbox=mailbox,
        about=series[0],
        key=series[1],
        level=one.alarm.level,
        peak=one.alarm.level,
        told=Level.NONE,
        seen_at=now,
        part_of=head,
        created_at=now,
        **_figures(one),
    )
    session.add(alarm)
    session.flush()
    note(session, alarm, "opened", now=now)
    return alarm


def _tell(session: Session, alarms: Sequence[SurgeAlarm], now: datetime) -> None:
    """Ring once for each matter that reached a level at which it did not ring before."""
    matters: dict[int, list[SurgeAlarm]] = {}
    heads = {one.id: one for one in alarms}
    for alarm in alarms:
        head = heads.get(alarm.part_of_id or alarm.id, alarm)  # its head may be over
        matters.setdefault(head.id, []).append(alarm)
    for number, matter in matters.items():
        level = max((one.level for one in matter), key=lambda one: one.rank)
        told = max((one.told for one in matter), key=lambda one: one.rank)
        if level.rank < RINGS_FROM.rank or level.rank <= told.rank:
            continue
        head = heads.get(number, matter[0])
        ring(session, head, level, now=now)
        for one in matter:
            one.told = level
        note(session, head, "told", level=level, now=now)


def _silenced(session: Session, mailbox: Mailbox, now: datetime) -> dict[Series, Level]:
    """Up to which level what people ended lately is silent."""
    query = select(SurgeAlarm.about, SurgeAlarm.key, SurgeAlarm.peak).where(
        SurgeAlarm.topic_id == mailbox.topic_id,
        SurgeAlarm.ended_by_id.is_not(None),
        SurgeAlarm.ended_at > now - SILENCED,
    )
    found: dict[Series, Level] = {}
    for about, key, peak in session.execute(query):
        before = found.get((about, key), Level.NONE)
        found[about, key] = max(before, peak, key=lambda level: level.rank)
    return found
