"""`python -m tests.drills.kill`: kill -9 at random while people write, and count what came of it.

Web server, one of its processes, the worker, the database or one of its connections dies every
few seconds; people send and support, and try again when they are not answered. Afterwards:
everything that was acknowledged is there, once; the jobs have done their work a minute after
the last kill; the ledger and all counts agree.
"""

import random
import signal
import threading
import time
from collections import Counter
from datetime import timedelta

import click
import psutil
from sqlalchemy import func, select

from models.base import utc_now
from models.decision import DecisionState
from models.person import Role
from models.suggestion import Suggestion, Support
from models.topic import Topic, TopicState
from tests.benchmarks.report import show
from tests.drills import reckoning
from tests.drills.citizens import NoAnswer, signed_in
from tests.drills.stage import staged
from tests.drills.waiting import until

SLUG = "drill"
#: Groups answered and published during the drill, and consultations that open during it.
ANSWERED, OPENING = 6, 6
#: The chance, at each look, to be struck for a site that is only just starting.
STARTING = 0.02
#: Seconds between two looks at whether it is up again.
ONCE_UP = 0.1
#: How often each is struck.
WEIGHTS = {"web process": 7, "web server": 2, "worker": 5, "connection": 3, "database": 3}
#: Seconds for which people try to be answered.
PATIENCE = 90
#: The time that jobs have after the last kill.
AFTERWARDS = 60
PLACES = ["东门", "西站", "河滨", "学府", "花园", "新村", "老街", "工业园"]
THINGS = ["充电桩", "路灯", "停车位", "公交站", "健身器材", "无障碍坡道", "垃圾箱", "红绿灯"]


def wording(number, chance):
    """Words that nobody else sends, on one of some forty requests."""
    place, thing = chance.choice(PLACES), chance.choice(THINGS)
    return {
        "title": f"建议在{place}小区增设{thing}（意见{number}）",
        "facts": f"{place}小区一带没有{thing}，居民很不方便，第{number}次反映。",
    }


class Crowd:
    """People who send and support until they are told to stop, and what was acknowledged to them."""

    def __init__(self, citizens, slug, known, *, seed):
        self.citizens, self.slug, self.seed = citizens, slug, seed
        self.known = list(known)
        self.receipts, self.standing = [], {}
        self.tries, self.acts, self.unknown = 0, Counter(), Counter()
        self.faults, self.longest = [], 0.0
        self._numbers, self._lock = iter(range(10**9)), threading.Lock()
        self._over = threading.Event()
        self._threads = []

    def begin(self, threads=6, pause=0.25):
        share = [self.citizens[start::threads] for start in range(threads)]
        for number, group in enumerate(share):
            work = threading.Thread(target=self._live, args=(group, number, pause), daemon=True)
            work.start()
            self._threads.append(work)

    def stop(self):
        """Let everybody end the act in hand, with an answer."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _live(self, group, number, pause):
        chance = random.Random(f"{self.seed} {number}")
        while not self._over.is_set():
            citizen = chance.choice(group)
            try:
                if chance.random() < 0.5:
                    self._send(citizen, chance)
                else:
                    self._toggle(citizen, chance)
            except AssertionError as fault:
                self.faults.append(str(fault))
            self._over.wait(chance.random() * 2 * pause)

    def _send(self, citizen, chance):
        with self._lock:
            number = next(self._numbers)
        words = wording(number, chance)
        code = self._insist(lambda: citizen.submit(self.slug, words))
        with self._lock:
            self.receipts.append((code, citizen.id, words["title"]))
            self.acts["suggestions"] += 1

    def _toggle(self, citizen, chance):
        with self._lock:
            suggestion = chance.choice(self.known)
        wanted = not self.standing.get((suggestion, citizen.id), False)
        stands = self._insist(lambda: citizen.support(suggestion, wanted=wanted))
        with self._lock:
            self.standing[suggestion, citizen.id] = stands
            self.acts["supports" if wanted else "supports taken back"] += 1

    def _insist(self, act):
        """Try until there is an answer, as people do; sometimes the first try was heard."""
        began = time.monotonic()
        while True:
            self.tries += 1
            try:
                answer = act()
            except NoAnswer as reason:
                self.unknown[str(reason)] += 1
                if time.monotonic() - began > PATIENCE:
                    raise AssertionError(f"no answer in {PATIENCE} s: {reason}") from reason
                time.sleep(0.3)
            else:
                self.longest = max(self.longest, time.monotonic() - began)
                return answer


class Killer:
    """Kills one process after the other, each time one that is alive."""

    def __init__(self, stage, *, seed):
        self.stage, self.chance, self.kills = stage, random.Random(seed), Counter()

    def strike(self):
        names = [name for name in WEIGHTS if self._victims(name)]
        if not names:
            return
        name = self.chance.choices(names, [WEIGHTS[one] for one in names])[0]
        if victims := self._victims(name):
            self._kill(name, self.chance.choice(victims))

    def _victims(self, name):
        stage = self.stage
        match name:
            case "web process":
                return stage.web.children() if stage.web.lives() else []
            case "web server":
                return [stage.web] if stage.web.lives() else []
            case "worker":
                return [stage.worker] if stage.worker.lives() else []
            case "database":
                return [stage.server] if stage.server and stage.server.answers() else []
        return self._connections()

    def _connections(self):
        server = self.stage.server
        if not server or not server.answers():
            return []
        return [psutil.Process(pid) for pid in server.backends() if psutil.pid_exists(pid)]

    def _kill(self, name, victim):
        try:
            if isinstance(victim, psutil.Process):
                victim.send_signal(signal.SIGKILL)
            else:
                victim.kill()
        except psutil.NoSuchProcess:
            return
        self.kills[name] += 1


def arrange(stage, people):
    """Citizens, an open consultation, others about to open, and answers to be published."""
    with stage.rows() as (session, make):
        agency = make.agency("澄江市住房和城乡建设局")
        topic = make.topic(agency=agency, slug=SLUG)
        persons = [make.person() for _ in range(people)]
        known = [make.suggestion(topic) for _ in range(20)]
        for number in range(OPENING):
            soon = utc_now() + timedelta(seconds=20 * (number + 1))
            make.topic(agency=agency, state=TopicState.PLANNED, opens_at=soon)
        leader = make.staff(Role.UNIT_LEADER, agency)
        slugs = [_answered(make, agency, persons).slug for _ in range(ANSWERED)]
        session.flush()
        citizens = signed_in(session, [leader, *persons], url=stage.url)
        return citizens[0], citizens[1:], [one.id for one in known], slugs


def _answered(make, agency, persons):
    topic = make.topic(agency=agency, state=TopicState.ANALYSING, opens=-40, closes=-5)
    members = [make.suggestion(topic, author=author) for author in persons[:20]]
    for member in members:
        make.decision(make.cluster(member), state=DecisionState.APPROVED)
    return topic


def publish_all(leader, slugs, every, over):
    """Publish one consultation's answers after the other; each is told to twenty people."""
    for slug in slugs:
        while not over.wait(0.5):
            try:
                leader.press(f"/office/topics/{slug}/decisions/publish")
            except NoAnswer:
                continue
            break
        over.wait(every)


def reckon(session, crowd):
    """What was acknowledged beside what is stored; every number should be 0."""
    stored = {
        row.query_code: (row.author_id, row.title)
        for row in session.execute(
            select(Suggestion.query_code, Suggestion.author_id, Suggestion.title)
        )
    }
    given = set(session.execute(select(Support.suggestion_id, Support.person_id)).all())
    given = {tuple(pair) for pair in given}
    wanted = {pair for pair, stands in crowd.standing.items() if stands}
    refused = {pair for pair, stands in crowd.standing.items() if not stands}
    same = select(Suggestion.title).group_by(Suggestion.title, Suggestion.author_id)
    twice = same.having(func.count() > 1).subquery()
    return {
        "receipts lost": sum(
            stored.get(code) != (who, title) for code, who, title in crowd.receipts
        ),
        "suggestions doubled": session.scalar(select(func.count()).select_from(twice)),
        "receipts given twice": len(crowd.receipts) - len({code for code, *_ in crowd.receipts}),
        "supports lost": len(wanted - given),
        "supports taken back that stand": len(refused & given),
        "refused without reason": len(crowd.faults),
    }


def letters_twice(stage):
    """How many letters went out more than once: a carrier may be killed after it has carried."""
    texts = Counter()
    for path in (stage.folder / "data" / "letters").glob("*.eml"):
        kept = [
            line
            for line in path.read_bytes().splitlines()
            if not line.startswith((b"Message-ID", b"Date"))
        ]
        texts[b"\n".join(kept)] += 1
    return sum(number - 1 for number in texts.values())


def drill(stage, *, seconds, kills, people=40, seed=1, calm=AFTERWARDS):
    """Run it and return what happened and what is wrong."""
    leader, citizens, known, slugs = arrange(stage, people)
    stage.start()
    crowd, killer, over = (
        Crowd(citizens, SLUG, known, seed=seed),
        Killer(stage, seed=seed),
        threading.Event(),
    )
    crowd.begin()
    publisher = threading.Thread(
        target=publish_all, args=(leader, slugs, seconds / (len(slugs) + 1), over), daemon=True
    )
    publisher.start()
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        left = max(kills - killer.kills.total(), 1)
        time.sleep(killer.chance.uniform(0.2, 1.8) * max(seconds - passed, 0.1) / left)
        while not (stage.is_up() or killer.chance.random() < STARTING):
            time.sleep(ONCE_UP)
        killer.strike()
    crowd.stop()
    publisher.join(60)
    over.set()
    settled = settle(stage, calm)
    with stage.rows() as (session, _make):
        wrong = reckon(session, crowd) | reckoning.inconsistent(session)
        wrong |= reckoning.undone(session, utc_now())
        wrong["consultations not published"] = session.scalar(
            select(func.count()).where(Topic.slug.in_(slugs), Topic.state != TopicState.REPORTED)
        )
        facts = {
            "kills": dict(killer.kills),
            "acknowledged": dict(crowd.acts),
            "tries": crowd.tries,
            "unanswered": dict(crowd.unknown),
            "longest wait s": round(crowd.longest, 1),
            "jobs done after s": settled,
            "letters sent twice": letters_twice(stage),
            "errors of jobs": reckoning.errors(session),
            "faults": crowd.faults[:3],
        }
    return facts, wrong


def settle(stage, calm):
    """Wait until the jobs have done everything; how long that took, or None if it was too long."""
    began = time.monotonic()

    def nothing_left():
        with stage.rows() as (session, _make):
            return not any(reckoning.undone(session, utc_now()).values())

    try:
        until(nothing_left, seconds=calm, every=1)
    except AssertionError:
        return None
    return round(time.monotonic() - began, 1)


@click.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--kills", default=0, help="How many; 22 a minute if not given.")
@click.option("--database", type=click.Choice(["postgresql", "sqlite"]), default="postgresql")
@click.option("--encoder", default="shipped", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--keep", is_flag=True, help="Leave data and logs where they are, and say where.")
def main(minutes, kills, database, encoder, seed, keep):
    """Kill at random while people write; the exit status says whether all is well."""
    with staged(database=database, encoder=encoder, keep=keep) as stage:
        facts, wrong = drill(
            stage, seconds=60 * minutes, kills=kills or int(22 * minutes), seed=seed
        )
    rows = [{"what": name, "wrong": number} for name, number in wrong.items()]
    show(f"drill_kill_{database}", ["what", "wrong"], rows, minutes=minutes, **facts)
    raise SystemExit(any(wrong.values()))


if __name__ == "__main__":
    main()
