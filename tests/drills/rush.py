"""`python -m tests.drills.rush`: as many people at once as have brought others to their knees.

25 signed writes a second, half of them suggestions and half supports, each by somebody of their
own, and ten times as many refreshes of pages. Everybody comes when the timetable says, however
slow the answers are, and waits from that moment on: a queue is not hidden.
"""

import heapq
import random
import resource
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace

import click
import psutil

from models.base import utc_now
from tests.benchmarks.report import show
from tests.drills import reckoning
from tests.drills.citizens import NoAnswer, signed_in
from tests.drills.kill import SLUG, wording
from tests.drills.stage import staged
from tests.drills.waiting import until

READS_PER_WRITE = 10
#: Of the refreshes, so many are by people who are signed in.
SIGNED_IN = 0.2
#: The suggestions that everybody speaks of: their pages are those that are refreshed.
SPOKEN_OF = 20
#: Seconds; writes and reads (the issue's promise on two cores).
PROMISED = {"write": 0.5, "read": 0.3}
PAGES = [
    "/topics/{slug}",
    "/topics/{slug}/suggestions",
    "/suggestions/{id}",
    "/topics/{slug}/groups",
]


@dataclass(order=True)
class Visit:
    """Something that somebody does at a moment of the timetable."""

    at: float
    kind: str
    what: str
    number: int


def timetable(rate, seconds, *, seed):
    """Visits in the order of their moments: chance arrivals, as crowds come."""
    chance, visits = random.Random(seed), []
    for kind, often in (("write", rate), ("read", READS_PER_WRITE * rate)):
        at = 0.0
        for number in range(10**9):
            at += chance.expovariate(often)
            if at > seconds:
                break
            what = chance.choice(["suggest", "support"] if kind == "write" else PAGES)
            heapq.heappush(visits, Visit(at, kind, what, number))
    return [heapq.heappop(visits) for _ in range(len(visits))]


class Rush:
    """Threads that take visits from the timetable, and how long each had to wait."""

    def __init__(self, visits, citizens, known, *, url, seed):
        self.visits, self.citizens, self.known = iter(visits), citizens, known
        self.chance, self.lock = random.Random(seed), threading.Lock()
        self.waits = {"write": [], "read": []}
        self.late, self.faults, self.receipts = 0.0, Counter(), []
        self.strangers = threading.local()
        self.stranger = replace(citizens[0], session="lang=zh_Hans_CN", url=url)

    def run(self, threads):
        self.began = time.monotonic()
        crowd = [threading.Thread(target=self._live, daemon=True) for _ in range(threads)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()

    def _live(self):
        stranger = replace(self.stranger)
        while True:
            with self.lock:
                visit = next(self.visits, None)
                chance = self.chance.random()
                target = self.chance.choice(self.known)
            if visit is None:
                return
            time.sleep(max(0.0, self.began + visit.at - time.monotonic()))
            self.late = max(self.late, time.monotonic() - self.began - visit.at)
            try:
                self._do(visit, target, stranger, chance)
            except (NoAnswer, AssertionError) as fault:
                self.faults[f"{visit.kind} {str(fault)[:80]}"] += 1
            self.waits[visit.kind].append(time.monotonic() - self.began - visit.at)

    def _do(self, visit, target, stranger, chance):
        somebody = self.citizens[visit.number % len(self.citizens)]
        if visit.what == "suggest":
            code = somebody.submit(SLUG, wording(visit.number, random.Random(visit.number)))
            self.receipts.append((code, somebody.id, ""))
            somebody.leave()
        elif visit.what == "support":
            somebody.support(target)
            somebody.leave()
        else:
            reader = replace(somebody, _line=None) if chance < SIGNED_IN else stranger
            page = visit.what.format(slug=SLUG, id=self.known[target % SPOKEN_OF])
            status, _words = reader.get(page)
            assert status == 200, status
            if reader is not stranger:
                reader.leave()


def arrange(stage, people, suggestions):
    with stage.rows() as (session, make):
        topic = make.topic(slug=SLUG)
        persons = [make.person() for _ in range(people)]
        known = [make.suggestion(topic, author=make.person()).id for _ in range(suggestions)]
        return signed_in(session, persons, url=stage.url), known


def quantile(waits, share):
    return sorted(waits)[min(len(waits) - 1, int(share * len(waits)))] if waits else float("nan")


def drill(stage, *, rate, seconds, suggestions=500, threads=96, seed=1):
    """Run it; a row for writes and one for reads, and what was wrong."""
    visits = timetable(rate, seconds, seed=seed)
    people = min(sum(visit.kind == "write" for visit in visits), 15_000)
    citizens, known = arrange(stage, people, suggestions)
    stage.start()
    until(lambda: placed(stage), seconds=300, every=2, what="the suggestions were not placed")
    rush = Rush(visits, citizens, known, url=stage.url, seed=seed)
    before = cpu(stage)
    rush.run(threads)
    used = {name: round(now - before[name], 1) for name, now in cpu(stage).items()}
    rows = [row(kind, waits, seconds) for kind, waits in rush.waits.items()]
    until(lambda: placed(stage), seconds=300, every=2, what="the suggestions were not placed")
    with stage.rows() as (session, _make):
        wrong = reckoning.inconsistent(session)
    wrong["receipts given twice"] = len(rush.receipts) - len({one[0] for one in rush.receipts})
    wrong["not answered well"] = rush.faults.total()
    facts = {"faults": dict(rush.faults.most_common(5)), "people": people, "cpu seconds": used}
    return rows, wrong, facts


def placed(stage):
    with stage.rows() as (session, _make):
        return not reckoning.undone(session, utc_now())["suggestions not placed"]


def cpu(stage):
    """Seconds of processor that each part has used so far, the crowd itself included."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    used = {"crowd": own.ru_utime + own.ru_stime}
    parts = {service.name: service.process.pid for service in stage.services}
    if stage.server:
        parts["database"] = stage.server.pid
    for name, pid in parts.items():
        process = psutil.Process(pid)
        used[name] = sum(_seconds(one) for one in [process, *process.children(recursive=True)])
    return used


def _seconds(process):
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system + times.children_user + times.children_system


def row(kind, waits, seconds):
    found = {
        f"p{share} ms": round(1000 * quantile(waits, share / 100), 1) for share in (50, 95, 99)
    }
    kept = quantile(waits, 0.95) < PROMISED[kind]
    return {
        "kind": kind,
        "a second": round(len(waits) / seconds, 1),
        **found,
        "max ms": round(1000 * max(waits, default=0), 1),
        "promised p95 ms": round(1000 * PROMISED[kind]),
        "kept": "yes" if kept else "no",
    }


@click.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--rate", default=25.0, show_default=True, help="Writes a second.")
@click.option("--times", default=1.0, show_default=True, help="So many times that rate.")
@click.option("--database", type=click.Choice(["postgresql", "sqlite"]), default="postgresql")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--encoder", default="shipped", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--keep", is_flag=True, help="Leave data and logs where they are, and say where.")
def main(minutes, rate, times, database, workers, encoder, seed, keep):
    """Let a crowd come; the exit status says whether the promises were kept."""
    with staged(database=database, workers=workers, encoder=encoder, keep=keep) as stage:
        rows, wrong, facts = drill(stage, rate=rate * times, seconds=60 * minutes, seed=seed)
    name = "drill_rush" + (f"_x{times:g}" if times != 1 else "")
    name += "_sqlite" if database == "sqlite" else ""
    show(name, list(rows[0]), rows, minutes=minutes, database=database, wrong=wrong, **facts)
    raise SystemExit(any(wrong.values()) or any(row["kept"] != "yes" for row in rows))


if __name__ == "__main__":
    main()
