"""When would each alarm have rung, and for what? Real messages replayed by their own dates.

    python -m tests.benchmarks.bench_surge [DATA] [--month 2019-07] [--all] [--encoder shipped]

DATA (or JISI_DATA) is a folder with messages_grouped.csv (id, group, title, body, time): each message is
received at its own moment, placed into a group by the engine, and the mailbox is looked at after every hour,
by the very services that do it in production. Printed is every matter that told the duty officer (``--all``: blue ones as
well), when, how high it went, what was counted against what would have been ordinary, and how much of
it belongs to one concern in the groups made by hand. Places in the texts (A3区, K8县) stand for regions.

Without DATA only the second part is done: surges planted into made-up mailboxes of known rates, how long they
take to be told, and how often something is told where nothing was planted.
"""

import argparse
import csv
import os
import re
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np
from flask_migrate import upgrade
from sqlalchemy import select

from consult.app import create_app
from consult.clustering import digest
from consult.extensions import db, indexes, reading
from consult.services.grouping import placement
from consult.services.supervising import surge_levels, surge_names, surge_pages, surge_watching
from consult.services.supervising.surge_levels import DAY, HOUR, Level
from models.agency import Region
from models.case import Case
from models.surge import SurgeAlarm, SurgeStep
from tests.benchmarks.report import show
from tests.conftest import settings
from tests.factories import Factory

ZONE = ZoneInfo("Asia/Shanghai")
PLACE = re.compile(r"(?<![A-Za-z0-9])([A-M]\d{0,2})(?=市|区|县)")
#: From here on the file has messages of every day; before, some twenty in two years.
BEGINS = datetime(2019, 1, 1, tzinfo=ZONE)
#: Alarms of which at least so much is one concern by hand are told to be about it.
MOSTLY = 0.5


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("JISI_DATA"))
    parser.add_argument("--month", default="", help="replay up to the end of this month only")
    parser.add_argument("--all", action="store_true", help="blue alarms as well")
    parser.add_argument("--encoder", default="shipped")
    options = parser.parse_args()
    if options.data:
        replay(options)
    planted()


def replay(options):
    """Receive the messages of DATA one after the other, and print what rang."""
    messages = read(Path(options.data) / "messages_grouped.csv", options.month)
    with TemporaryDirectory() as name:
        folder = Path(name)
        given = settings(folder, f"sqlite:///{folder / 'replay.sqlite3'}")
        clock = Now(messages[0]["at"])
        app = create_app(**given | {"ENCODER": options.encoder, "CLOCK": clock})
        with app.app_context():
            upgrade()
            reading.set(False)
            session = db.session()
            seconds = receive(app, session, messages, clock)
            print_alarms(session, messages, blue=options.all)
            print(f"{len(messages)} messages, {seconds:.0f} s of looking")


class Now:
    """The clock of the replay."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


def read(path, month):
    """The messages by their moments; those without one, and the few of years before, are left out."""
    with path.open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["at"] = moment(row["time"])
    found = sorted(
        (row for row in rows if row["at"] and row["at"] >= BEGINS), key=lambda row: row["at"]
    )
    # The same words of the same account are one message, as they are when they are sent.
    kept = {(row["user"], digest(" ".join(words(row)))): row for row in reversed(found)}
    found = sorted(kept.values(), key=lambda row: row["at"])
    return [row for row in found if not month or f"{row['at'].astimezone(ZONE):%Y-%m}" <= month]


def words(row):
    """Title, facts and proposal, as long as they may be."""
    return row["title"][:60], row["body"][:4000], ""


def moment(text):
    """2019/8/1 7:20:31, with or without seconds, with / or -."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if len(numbers) < 3:
        return None
    return datetime(*numbers[:6], tzinfo=ZONE).astimezone(UTC)


def receive(app, session, messages, clock):
    """After every hour in which anything came, or an alarm stood: place what came, and look."""
    make = Factory(session, vault=app.extensions["vault"], now=clock)
    mailbox = make.mailbox(agency=make.agency("省政府"))
    mailbox.topic.opens_at = messages[0]["at"]
    author, known, spent = {}, regions(make, messages), 0.0
    hours = {
        hour: list(rows)
        for hour, rows in groupby(messages, key=lambda row: row["at"].replace(minute=0, second=0))
    }
    at, last, standing = min(hours), max(hours) + timedelta(days=4), False
    while at <= last:
        for row in hours.get(at, ()):
            arrive(make, mailbox, row, author, known)
        clock.now = at + HOUR
        if at in hours:
            session.commit()
            while placement.place_pending(
                session, topic=mailbox.topic, indexes=indexes(), now=clock.now
            ):
                session.commit()
        if at in hours or standing:  # else nothing can have opened
            began = os.times().user
            while surge_watching.watch(
                session, topic_id=mailbox.topic_id, now=clock.now, zone=ZONE
            ):
                session.commit()
            spent += os.times().user - began
            standing = bool(surge_watching.open_alarms(session, mailbox))
        at += HOUR
    return spent


def regions(make, messages):
    """Codes for the places that the texts name: letters are cities, with a number districts of one."""
    names = sorted({name for row in messages for name in PLACE.findall(row["title"])})
    found = {}
    for number, name in enumerate(names, start=1):
        parent = make.session.get(Region, found.get(name[0], ""))
        found[name] = f"{900000 + number}"
        make.region(found[name], f"{name}", parent=parent)
    return found


def arrive(make, mailbox, row, author, known):
    """One message with its case; the same account is one person."""
    if row["user"] not in author:
        author[row["user"]] = make.person()
    place = PLACE.search(row["title"])
    suggestion = make.suggestion(
        mailbox.topic,
        words(row)[0],
        author=author[row["user"]],
        facts=words(row)[1],
        created_at=row["at"],
    )
    make._add(
        Case(
            topic=mailbox.topic,
            mailbox=mailbox,
            suggestion=suggestion,
            unit=mailbox.topic.agency,
            region_code=known[place[1]] if place else None,
            month=f"{row['at'].astimezone(ZONE):%Y-%m}",
            created_at=row["at"],
        )
    )
    row["suggestion"] = suggestion.id


def print_alarms(session, messages, *, blue):
    """One line for each matter, with what it turned out to be about."""
    by_hand = {row["suggestion"]: row["group"] for row in messages}
    heads = session.scalars(
        select(SurgeAlarm).filter_by(part_of_id=None).order_by(SurgeAlarm.created_at)
    ).all()
    names, rows, right = surge_names.things(session, heads), [], Counter()
    for alarm in heads:
        rang = session.scalars(select(SurgeStep).filter_by(alarm_id=alarm.id, act="told")).all()
        behind = session.scalars(
            select(Case.suggestion_id).where(*surge_pages.behind(session, alarm))
        ).all()
        concern, count = Counter(by_hand[one] for one in behind).most_common(1)[0]
        share = count / len(behind) if concern != "S" else 0.0
        kind = "told" if rang else "blue"
        right[kind, share >= MOSTLY] += 1
        if not rang and not blue:
            continue
        thing = names[alarm.id]
        top = max(alarm.steps, key=lambda step: (step.level.rank, -step.id))
        rows.append(
            {
                "first": f"{alarm.created_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
                "told": " ".join(
                    f"{step.level.value} {step.created_at.astimezone(ZONE):%m-%d %H:%M}"
                    for step in rang
                ),
                "about": f"{alarm.about.value}: {thing if isinstance(thing, str) else thing.name}"[
                    :40
                ],
                "level": alarm.peak.value,
                "count": f"{top.count} in {top.hours} h",
                "ordinary": f"{top.expected:.1f}",
                "raised by": " ".join(alarm.raised_by),
                "over": f"{alarm.ended_at.astimezone(ZONE):%m-%d %H:%M}" if alarm.ended_at else "",
                "by hand": f"{concern} {share:.0%} of {len(behind)}" if share else "nothing common",
            }
        )
    show("surge_replay", list(rows[0]) if rows else [], rows)
    for kind in ("told", "blue"):
        total = right[kind, True] + right[kind, False]
        print(f"{kind}: {total} matters, of which {right[kind, True]} mostly one concern by hand")


#: Messages on an ordinary day, and how many more come in how many hours.
RATES = (0.5, 3, 12, 60, 300)
EXTRA = ((10, 6), (20, 6), (50, 24), (200, 24))
WEEKS, TRIES = 12, 40


def planted():
    """How soon a planted surge is told, and what is told where none was planted."""
    chance, start = np.random.default_rng(5), datetime(2026, 1, 5, tzinfo=ZONE)
    by_day = np.array([0.15] * 8 + [2.0] * 10 + [0.7] * 6)
    weekend = np.array([1.0] * 5 + [0.45] * 2)
    shape = (weekend[:, None] * by_day[None, :]).ravel()
    shape /= shape.mean()
    rows = []
    for rate in RATES:
        row = {"a day": rate, **false_alarms(chance, start, shape, rate)}
        for extra, hours in EXTRA:
            row[f"+{extra} in {hours} h"] = delay(chance, start, shape, rate, extra, hours)
        rows.append(row)
    print("\nPlanted: hours until yellow or higher (share found); alarms where nothing was planted")
    show("surge_planted", list(rows[0]), rows)


def series(chance, shape, rate, hours):
    """Arrivals by the hour; days differ by more than chance alone."""
    moods = np.repeat(chance.gamma(8, 1 / 8, hours // DAY + 1), DAY)[:hours]
    return chance.poisson(rate / DAY * np.resize(shape, hours) * moods).astype(float)


def false_alarms(chance, start, shape, rate):
    """Alarms of four quiet weeks after eight of learning, looked at every three hours."""
    seen = Counter()
    for _try in range(max(1, TRIES // 8)):
        counts = series(chance, shape, rate, WEEKS * 7 * DAY)
        standing = Level.NONE
        for end in range(8 * 7 * DAY, len(counts), 3):
            known = surge_levels.course({0: counts[:end]}, start)
            alarm = surge_levels.look(counts[:end], start, known)
            level = alarm.level if alarm else Level.NONE
            if level.rank > standing.rank:
                seen[level] += 1
            standing = level
    months = max(1, TRIES // 8)
    told = sum(number for level, number in seen.items() if level.rank >= Level.YELLOW.rank)
    return {
        "blue a month": f"{seen[Level.BLUE] / months:.1f}",
        "told a month": f"{told / months:.2f}",
    }


def delay(chance, start, shape, rate, extra, hours):
    """The median of hours until it is told, with the share that is told within three days."""
    found = []
    for _try in range(TRIES):
        counts = series(chance, shape, rate, WEEKS * 7 * DAY)
        first = 9 * 7 * DAY + int(chance.integers(0, 7 * DAY))
        counts[first : first + hours] += chance.multinomial(extra, [1 / hours] * hours)
        known = surge_levels.course({0: counts[:first]}, start)
        for end in range(first + 1, first + 73):
            alarm = surge_levels.look(counts[:end], start, known)
            if alarm is not None and alarm.level.rank >= Level.YELLOW.rank:
                found.append(end - first)
                break
    share = len(found) / TRIES
    return f"{np.median(found):.0f} h ({share:.0%})" if found else "– (0%)"


if __name__ == "__main__":
    sys.exit(main())
