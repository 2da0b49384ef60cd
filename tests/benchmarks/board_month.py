"""A month of a whole city's message board, written straight into PostgreSQL.

Forty units with 200 handlers, twenty mailboxes (the mayor's gets a third of everything), messages in
generated words at the hours and on the days at which people write, each with the life that it had so
far (:mod:`tests.benchmarks.board_lives`), in the groups that the generator knows, some joined to the first case of
their group, with what people were told of it (:mod:`tests.benchmarks.board_notices`), in an unbroken ledger.
The rows go in by COPY; what the database derives by triggers is derived at the end from the rows.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from consult.clustering import digest
from consult.services.handling.allowances import DEFAULTS
from consult.services.handling.reply_similar import bands
from consult.services.handling.working_days import Calendar
from consult.services.records import ledger, recounting
from consult.services.suggesting import query_codes
from consult.services.supervising import tallying
from models.case import Assignment, Case, CaseState, CaseStep, Clock
from models.cluster import Cluster, Membership
from models.ledger import LedgerEntry, LedgerHead
from models.mailbox import DispatchRule, Domain, Urgency
from models.notice import Notice
from models.person import Person, PersonKind, Role
from models.reply import Appeal, Rating, Reply, ReplyBand, ReplyReview
from models.search import Awaiting
from models.suggestion import Suggestion, SuggestionKind, SuggestionStatus
from tests.benchmarks.board_lives import Chance, Office
from tests.benchmarks.board_notices import Notices
from tests.benchmarks.generator import generate
from tests.factories import Factory

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = 30
BUREAUS, OFFICES, HANDLERS, MAILBOXES = 8, 5, 5, 20
REGIONS = [f"3201{n:02d}" for n in range(1, 13)]
KINDS = {
    SuggestionKind.HELP: 0.44,
    SuggestionKind.COMPLAINT: 0.24,
    SuggestionKind.QUESTION: 0.19,
    SuggestionKind.ADVICE: 0.09,
    SuggestionKind.PRAISE: 0.03,
    SuggestionKind.REPORT: 0.01,
}
URGENCIES = {
    Urgency.ROUTINE: 0.87,
    Urgency.PRESSING: 0.1,
    Urgency.SUPPLY: 0.025,
    Urgency.DANGER: 0.005,
}
DOMAINS = dict(zip(Domain, (20, 6, 14, 9, 11, 6, 8, 5, 4, 4, 2, 3, 2, 6), strict=True))
#: How much is written at each hour of the day, from midnight on.
HOURS = (2, 1, 1, 1, 1, 2, 4, 8, 12, 14, 13, 10, 8, 9, 11, 11, 10, 9, 8, 9, 9, 8, 6, 4)
WEEKEND = 0.6
CITIZENS_PER_MESSAGE = 0.7
PUBLIC = 0.75
CHUNK = 20_000
WORKED: dict[date, bool] = {}
#: In the order in which rows need each other.
TABLES = (
    *(Person, Suggestion, Cluster, Membership, Case, CaseStep, Clock, Assignment),
    *(Reply, ReplyReview, ReplyBand, Rating, Appeal, Notice, LedgerEntry),
)
WITHOUT_TRIGGERS = {Case, CaseStep, Clock, Assignment, Reply, ReplyReview, Rating, Appeal, Notice}


@dataclass
class Board:
    """What addresses and sessions need."""

    size: int
    slugs: list = field(default_factory=list)
    people: dict = field(default_factory=dict)
    #: Case of each kind of stage: state → (case, number of its message).
    cases: dict = field(default_factory=dict)
    #: The number of a message that everybody may read with its answer; and of one that was joined.
    answered: str = ""
    joined: str = ""
    #: A case that answers others.
    lead: int = 0
    cluster: int = 0
    author: int = 0
    rows: dict = field(default_factory=dict)


#: A case that answers others knows their group, which is written last.
LEADS = """
UPDATE case_file SET cluster_id = of_group.cluster_id
FROM case_file AS other JOIN membership AS of_group ON of_group.suggestion_id = other.suggestion_id
WHERE other.joined_to_id = case_file.id
"""


class Quick(Calendar):
    """The calendar, which asks about each day once."""

    def works(self, day):
        found = WORKED.get(day)
        if found is None:
            found = WORKED[day] = super().works(day)
        return found


class Sink:
    """Gathers rows and copies them, a chunk at a time, with the defaults of their tables."""

    def __init__(self, session):
        self.session, self.waiting, self.written = session, defaultdict(list), Counter()
        self.first = {}
        for model in TABLES:
            table = model.__table__
            if "id" in table.c:
                most = session.scalar(sa.select(sa.func.max(table.c.id))) or 0
                self.first[model] = count(most + 1)

    def id(self, model):
        return next(self.first[model])

    def add(self, model, **values):
        self.waiting[model].append(values)

    def flush(self):
        connection = self.session.connection()
        for model in TABLES:
            rows = self.waiting.pop(model, [])
            if rows:
                derived = model in WITHOUT_TRIGGERS
                role = "replica" if derived else "origin"
                connection.exec_driver_sql(f"SET LOCAL session_replication_role = {role}")
                self._copy(connection, model.__table__, rows)
                self.written[model.__tablename__] += len(rows)

    def _copy(self, connection, table, rows):
        plain = {column.name: _default(column) for column in table.columns}
        names = list(plain)
        sql = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
        cursor = connection.connection.driver_connection.cursor()
        with cursor.copy(sql) as copy:
            for row in rows:
                whole = plain | row
                copy.write_row([_plain(whole[name]) for name in names])

    def finish(self):
        self.flush()
        for model in self.first:
            name = model.__tablename__
            self.session.execute(
                sa.text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")  # noqa: S608
            )


def fill(session, vault, size, *, now=None, seed=5):
    """Write the month; committed when it returns."""
    now = now or datetime.now(UTC)
    random = Random(seed)
    board = Board(size)
    city = _city(session, vault, now, board, random)
    session.commit()
    sink = Sink(session)
    _messages(session, sink, city, board, random, now)
    sink.finish()
    board.rows = dict(sink.written)
    session.execute(sa.text(LEADS))
    session.commit()
    recounting.repair(session)
    tallying.rebuild(session, zone=ZONE)
    session.commit()
    session.execute(sa.delete(Awaiting))  # each has its place already
    session.connection().exec_driver_sql("ANALYZE")
    session.commit()
    return board


def _city(session, vault, now, board, random):
    make = Factory(session, vault=vault, now=lambda: now - timedelta(days=DAYS + 1))
    regions = [make.region(code, f"第{n}区") for n, code in enumerate(REGIONS, start=1)]
    city = make.agency("市人民政府")
    inspection = make.agency("市纪委监委信访室")
    bureaus = [make.agency(f"第{n}局", city) for n in range(1, BUREAUS + 1)]
    offices = [
        make.agency(f"第{n}局第{k}科", bureau)
        for n, bureau in enumerate(bureaus, start=1)
        for k in range(1, OFFICES + 1)
    ]
    units = {
        unit.id: (
            make.staff(Role.UNIT_LEADER, unit).id,
            [make.staff(Role.HANDLER, unit).id for _ in range(HANDLERS)],
        )
        for unit in offices
    }
    homes = [city, *bureaus, *offices][:MAILBOXES]
    mailboxes = [make.mailbox(agency=home, report_unit=inspection) for home in homes]
    staff = {role: make.staff(role, city) for role in Role}
    inspector = make.staff(Role.ASSIGNER, inspection)
    for mailbox in mailboxes[:4]:
        for domain in Domain:
            unit = random.choice(offices)
            session.add(
                DispatchRule(
                    mailbox_id=mailbox.topic_id,
                    domain=domain,
                    region_code="",
                    unit_id=unit.id,
                    made_by_id=staff[Role.ASSIGNER].id,
                    created_at=now - timedelta(days=DAYS),
                )
            )
    busy = offices[0]
    board.slugs = [mailbox.topic.slug for mailbox in mailboxes]
    board.people = {
        **{role.value: person.id for role, person in staff.items()},
        "handler": units[busy.id][1][0],
        "unit_leader": units[busy.id][0],
        "inspector": inspector.id,
    }
    session.flush()
    return {
        "units": units,
        "offices": [unit.id for unit in offices],
        "mailboxes": [(one.topic_id, one.topic.agency_id, inspection.id) for one in mailboxes],
        "assigner": staff[Role.ASSIGNER].id,
        "inspector": inspector.id,
        "regions": [region.code for region in regions],
    }


def _moments(size, random, now):
    """When each message comes: by day and hour, the first first; the last just now."""
    start = (now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    slots = [start + timedelta(hours=n) for n in range(DAYS * 24)]
    weights = [
        HOURS[local.hour] * (WEEKEND if local.weekday() > 4 else 1)
        for local in (slot.astimezone(ZONE) for slot in slots)
    ]
    chosen = random.choices(slots, weights, k=size)
    return sorted(slot + timedelta(seconds=random.random() * 3600) for slot in chosen)


def _messages(session, sink, city, board, random, now):
    chance = Chance(random, Quick(ZONE), DEFAULTS, now)
    crowd = max(50, int(board.size * CITIZENS_PER_MESSAGE))
    people = [sink.id(Person) for _ in range(crowd)]
    for number in people:
        sink.add(Person, id=number, kind=PersonKind.CITIZEN, name=f"市民{number}", created_at=now)
    chain = Chain(session, sink)
    seen, groups, leads = set(), {}, {}
    replies, notices = Replies(random), Notices(sink, random, now)
    made = zip(generate(board.size), _moments(board.size, random, now), strict=True)
    for n, (words, came) in enumerate(made, start=1):
        mailbox = _mailbox_of(words.group, city["mailboxes"])
        kind = random.choices(list(KINDS), KINDS.values())[0]
        author = people[int(crowd * random.random() ** 1.5)]
        sign = digest(f"{words.title}\n{words.facts}\n{words.proposal}")
        while (author, sign) in seen:
            author = random.choice(people)
        seen.add((author, sign))
        office = _office(city, mailbox, author, kind, random)
        urgency = random.choices(list(URGENCIES), URGENCIES.values())[0]
        lead = leads.get(words.group) if kind is not SuggestionKind.REPORT else None
        life = chance.live(came, kind, urgency, office, lead=lead)
        _write(
            *(sink, chain, replies, notices, board, city, mailbox, words, sign, author, office),
            *(life, random, now),
        )
        if kind is not SuggestionKind.REPORT and life.may_lead:
            leads.setdefault(words.group, life)
        if kind is not SuggestionKind.REPORT:
            _group(sink, groups, mailbox, words, came)
        if not n % CHUNK:
            _write_groups(sink, groups, final=False)
            sink.flush()
    _write_groups(sink, groups, final=True)
    chain.end()
    board.cluster = max(groups.values(), key=lambda one: one["suggestion_count"])["id"]


def _mailbox_of(group, mailboxes):
    """Who asks the same writes to the same: the first mailbox gets a third."""
    place = Random(group).random()
    return (
        mailboxes[0]
        if place < 0.34
        else mailboxes[1 + int((place - 0.34) / 0.66 * (len(mailboxes) - 1))]
    )


def _office(city, mailbox, author, kind, random):
    """The first units are the busiest."""
    first, second = (
        city["offices"][int(len(city["offices"]) * random.random() ** 1.6)] for _ in "ab"
    )
    confidential = kind is SuggestionKind.REPORT
    return Office(
        author=author,
        assigner=city["inspector"] if confidential else city["assigner"],
        home=mailbox[2] if confidential else mailbox[1],
        units=city["units"],
        first=first,
        second=second if second != first else city["offices"][-1],
    )


def _status(life, kind):
    if life.state is CaseState.NOT_ACCEPTED:
        return SuggestionStatus.NOT_ACCEPTED
    if life.state is CaseState.WITHDRAWN:
        return SuggestionStatus.WITHDRAWN
    report = kind is SuggestionKind.REPORT
    return SuggestionStatus.CONFIDENTIAL if report else SuggestionStatus.RECEIVED


def _write(
    sink,
    chain,
    replies,
    notices,
    board,
    city,
    mailbox,
    words,
    sign,
    author,
    office,
    life,
    random,
    now,
):
    topic, _home, _report = mailbox
    kind = life.suggestion.kind
    confidential = kind is SuggestionKind.REPORT
    suggestion, case = sink.id(Suggestion), sink.id(Case)
    life.case = case
    is_public = not confidential and random.random() < PUBLIC
    texts = {name: getattr(words, name) for name in ("title", "facts", "proposal")}
    sink.add(
        Suggestion,
        id=suggestion,
        query_code=query_codes.make(),
        topic_id=topic,
        author_id=author,
        kind=kind,
        status=_status(life, kind),
        digest=sign,
        place=words.place,
        publish_text=is_public,
        created_at=life.came,
        **texts,
        **{f"public_{name}": text for name, text in texts.items()},
    )
    chain.add("suggestion.submitted", "suggestion", suggestion, topic, author, life.came)
    sink.add(
        Case,
        id=case,
        version=len(life.steps) + 1,
        topic_id=topic,
        mailbox_id=topic,
        suggestion_id=suggestion,
        domain=random.choices(list(DOMAINS), DOMAINS.values())[0],
        region_code=random.choice(city["regions"]),
        confidential=confidential,
        named_unit_id=city["offices"][-1] if confidential else None,
        unit_id=life.unit,
        handler_id=life.handler,
        month=f"{life.came.astimezone(ZONE):%Y-%m}",
        joined_to_id=life.joined_to and life.joined_to.case,
        created_at=life.came,
        told_at=life.came,
        **{
            name: getattr(life, name)
            for name in (
                *("state", "track", "urgency", "round", "transfers", "due_at", "accepted_at"),
                *("replied_at", "closed_at", "days_taken", "on_time"),
            )
        },
    )
    if not confidential:
        board.cases[life.state] = (case, f"{topic:04d}-{suggestion:06d}")
        board.author = author if life.state is CaseState.REPLIED else board.author
    if is_public and life.state in (CaseState.REPLIED, CaseState.CLOSED):
        board.answered = f"{topic:04d}-{suggestion:06d}"
        if life.joined_to:
            board.joined, board.lead = board.answered, life.joined_to.case
    if confidential:
        notices = None
    else:
        notices.arrival(case, suggestion, topic, author, life.came)
    about = {"case_id": case, "suggestion_id": suggestion, "topic_id": topic}
    _write_steps(sink, chain, notices, office, life, about)
    _write_life(sink, replies, case, topic, life, words)


def _write_steps(sink, chain, notices, office, life, about):
    case, topic = about["case_id"], about["topic_id"]
    for act, before, after, round_, actor, unit, at, more in life.steps:
        number = sink.id(CaseStep)
        sink.add(
            CaseStep,
            id=number,
            case_id=case,
            act=act,
            state_before=before,
            state_after=after,
            round=round_,
            actor_id=actor,
            unit_id=unit,
            detail=more,
            created_at=at,
            told_at=at,
        )
        chain.add(f"case.{act.value}", "case_file", case, topic, actor, at)
        if notices:
            leader, _handlers = office.units.get(unit, (office.assigner, ()))
            people = {"author": office.author, "assigner": office.assigner}
            people |= {"leader": leader, "handler": life.handler}
            notices.step(number, act, at, people, **about)


def _write_life(sink, replies, case, topic, life, words):
    for clock in life.clocks:
        names = ("kind", "turn", "started_at", "due_at", "amount", "unit", "stopped_at")
        more = ("extended_amount", "extended_at", "extended_by_id")
        values = {name: getattr(clock, name) for name in (*names, *more)}
        sink.add(
            Clock,
            id=sink.id(Clock),
            case_id=case,
            provisional=bool(clock.provisional),
            **values,
        )
    for one in life.assignments:
        sink.add(
            Assignment,
            id=sink.id(Assignment),
            case_id=case,
            unit_id=one["unit"],
            state=one.get("state", "standing"),
            assigned_by_id=one["by"],
            created_at=one["at"],
            ended_at=one.get("ended_at"),
            objected_at=one.get("objected_at"),
            objected_by_id=one.get("objector"),
            objection="不属于本单位职责范围" if "objector" in one else "",
            ruled_at=one.get("ruled_at"),
            ruled_by_id=one.get("ruler"),
        )
    for one in life.replies:
        one["id"] = one.get("id") or sink.id(Reply)
        replies.write(
            sink,
            case,
            topic,
            one,
            words,
            confidential=life.suggestion.kind is SuggestionKind.REPORT,
        )
    for round_, at, solved, attitude, speed in life.ratings:
        stars = {"solved": solved, "attitude": attitude, "speed": speed}
        sink.add(Rating, id=sink.id(Rating), case_id=case, round=round_, created_at=at, **stars)
    for one in life.appeals:
        sink.add(
            Appeal,
            id=sink.id(Appeal),
            case_id=case,
            final=False,
            round=one["round"],
            reason="对答复不满意",
            unit_id=one["unit"],
            created_at=one["at"],
            answered_at=one.get("answered_at"),
            answered_by_id=one.get("by"),
            granted=one.get("granted"),
        )


class Replies:
    """Words of answers: forms that many share, filled in with what is at hand."""

    FORMS = (
        "您好！关于“{title}”的留言收悉。经{unit}现场查看，情况属实，已于{day}日安排人员处理完毕。感谢您的监督，联系电话0999-{phone}。",
        "网友您好：您反映的{place}相关问题已转我单位。{day}日我们与物业、社区共同核实，计划本月底前完成整改，请您关注，电话0999-{phone}。",
        "尊敬的市民，根据《城市管理条例》第{article}条，您所提建议已纳入年度计划，预计{day}月启动。如需了解进展，请拨打0999-{phone}。",
        "您好，您咨询的事项办理条件为：本市户籍或连续缴纳社保满{article}个月，材料齐全的{day}个工作日办结，窗口电话0999-{phone}。",
    )

    def __init__(self, random):
        self.random = random

    def write(self, sink, case, topic, one, words, *, confidential):
        random, number = self.random, one["id"]
        text = random.choice(self.FORMS).format(
            title=words.title,
            place=words.place or "该处",
            unit=f"第{one['unit']}号单位",
            day=random.randint(1, 28),
            article=random.randint(3, 60),
            phone=random.randint(1_000_000, 9_999_999),
        )
        sink.add(
            Reply,
            id=number,
            case_id=case,
            round=one["round"],
            stage=one["stage"],
            unit_id=one["unit"],
            text=text,
            public_text=text,
            outcome=random.choice(("solved", "partly", "explained")),
            drafted_by_id=one["handler"],
            drafted_at=one["at"],
            created_at=one["at"],
            published_at=one.get("published_at"),
            published_by_id=one.get("by"),
            digest=digest(text),
        )
        if not confidential:
            for band in set(bands(text)):
                sink.add(ReplyBand, mailbox_id=topic, band=band, reply_id=number)
        for stage, reviewer, passed, reason, at in one["reviews"]:
            sink.add(
                ReplyReview,
                id=sink.id(ReplyReview),
                reply_id=number,
                stage=stage,
                reviewer_id=reviewer,
                passed=passed,
                reason=reason,
                text=text,
                created_at=at,
            )


class Chain:
    """The ledger's entries, each with the hash of the one before; in the order of the messages."""

    def __init__(self, session, sink):
        self.session, self.sink = session, sink
        self.previous = session.scalar(sa.select(LedgerHead.hash)) or ledger.GENESIS

    def add(self, act, kind, number, topic, actor, at):
        row = {
            "at": at,
            "act": act,
            "actor_id": actor,
            "subject_type": kind,
            "subject_id": number,
            "topic_id": topic,
            "detail": {},
            "previous_hash": self.previous,
        }
        self.previous = ledger.entry_hash(row)
        self.sink.add(LedgerEntry, id=self.sink.id(LedgerEntry), hash=self.previous, **row)

    def end(self):
        self.session.execute(sa.delete(LedgerHead))
        self.session.execute(sa.insert(LedgerHead).values(id=1, hash=self.previous))


def _group(sink, groups, mailbox, words, came):
    """Note a member; the last suggestion that was written is this one."""
    number = sink.waiting[Suggestion][-1]["id"]
    found = groups.get(words.group)
    if found is None:
        found = groups[words.group] = {
            "id": sink.id(Cluster),
            "topic_id": mailbox[0],
            "name": words.title,
            "representative_id": number,
            "suggestion_count": 0,
            "created_at": came,
            "members": [],
        }
    found["suggestion_count"] += 1
    found["newest_at"] = came
    found["members"].append(number)


def _write_groups(sink, groups, *, final):
    """Groups are written at the end, when their counts are known."""
    if not final:
        return
    for one in groups.values():
        size = one["suggestion_count"]
        values = {name: value for name, value in one.items() if name != "members"}
        sink.add(Cluster, text_count=size, people_count=size, **values)
        for number in one["members"]:
            place = {"suggestion_id": number, "cluster_id": one["id"]}
            sink.add(Membership, similarity=0.9, placed_at=one["newest_at"], **place)


def _default(column):
    if column.default is not None and column.default.is_scalar:
        return column.default.arg
    if (
        column.default is not None
        and column.default.is_callable
        and isinstance(column.type, sa.JSON)
    ):
        return [] if column.name == "keywords" else {}
    return 1 if column.name == "version" else None


def _plain(value):
    if isinstance(value, Enum):
        return value.value
    return json.dumps(value) if isinstance(value, dict | list) else value
