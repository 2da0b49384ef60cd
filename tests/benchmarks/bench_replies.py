"""The checker on real replies, and its search for near copies among very many.

    python -m tests.benchmarks.bench_replies                         # 20,000 generated replies
    python -m tests.benchmarks.bench_replies --replies 300000        # JISI_TEST_DATABASE=postgresql: there
    python -m tests.benchmarks.bench_replies --real messages.csv     # id, title, body, reply

With ``--real`` it says what share of the replies the checker names, for which reason, and how often
that is right for those that somebody has read (``data/reply_judgements.csv``: numbers and verdicts,
no words). Whether a reply belongs to its question is also tried with answers dealt out anew.
"""

import argparse
import csv
import os
import statistics
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from flask_migrate import upgrade
from sqlalchemy import insert, select, text

from consult.app import create_app
from consult.clustering import Document, load_encoder
from consult.extensions import db
from consult.services.handling import reply_checks, reply_similar
from consult.services.handling.reply_checks import Concern, Earlier
from models.case import Case, CaseState
from models.reply import Reply, ReplyBand, ReplyStage
from models.suggestion import Suggestion
from tests import databases
from tests.benchmarks.report import show
from tests.conftest import settings
from tests.factories import Factory
from tests.queries import counted_queries

JUDGED = Path(__file__).parent / "data" / "reply_judgements.csv"
NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
TIMES = 200
#: Rows written at a time.
BLOCK = 2000
#: A part of all replies that is one of a few forms with a place filled in.
FORMED, FORMS = 0.2, 30
WHO = [
    "我局",
    "我处",
    "市政公司",
    "街道办事处",
    "区教育局",
    "公交公司",
    "社区居委会",
    "县水利局",
    "镇政府",
    "供水公司",
]
DID = [
    "查看了",
    "更换了",
    "清理了",
    "约谈了",
    "检测了",
    "登记了",
    "修补了",
    "协调了",
    "公示了",
    "调查了",
    "疏通了",
    "加装了",
]
WHAT = [
    "路灯",
    "井盖",
    "水管",
    "站台",
    "校门口的护栏",
    "小区的电梯",
    "河道",
    "垃圾站",
    "停车位",
    "噪声",
    "合同",
    "收费",
    "工资",
    "学位",
    "车次",
    "信号灯",
    "绿化带",
    "消防通道",
    "楼道",
    "排污口",
]
THEN = [
    "三日内完成",
    "下月开工",
    "列入明年计划",
    "已经恢复",
    "已责令整改",
    "需经审批",
    "暂不具备条件",
    "费用由单位承担",
]
PLACES = [
    "幸福",
    "平安",
    "建设",
    "解放",
    "和平",
    "胜利",
    "光明",
    "团结",
    "人民",
    "新华",
    "长江",
    "东风",
    "友谊",
    "文化",
    "工业",
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replies", type=int, default=20_000)
    parser.add_argument("--real", type=Path, help="a CSV with id, title, body, reply")
    return parser.parse_args()


def main():
    given = arguments()
    if given.real:
        real(list(csv.DictReader(given.real.open(encoding="utf-8"))))
    else:
        search(given.replies)


def real(rows):
    """What share is named for which reason; and how often rightly, of those that were read."""
    encoder = load_encoder("shipped")
    found = dict(zip((row["id"] for row in rows), checked(rows, encoder), strict=True))
    counts = Counter(concern for concerns in found.values() for concern in concerns)
    right, read = judged(found)
    table = [
        {
            "reason": concern.value,
            "replies": counts[concern],
            "share": f"{counts[concern] / len(rows):.1%}",
            "read": read[concern],
            "right": right[concern],
        }
        for concern in Concern
    ]
    named = sum(map(bool, found.values()))
    table.append({"reason": "any", "replies": named, "share": f"{named / len(rows):.1%}"})
    table.append(
        {"reason": "none", "replies": len(rows) - named, "read": read[""], "right": right[""]}
    )
    show("replies_checked", ["reason", "replies", "share", "read", "right"], table)
    dealt = rows[1:] + rows[:1]
    mixed = [one | {"reply": other["reply"]} for one, other in zip(rows, dealt, strict=True)]
    beside = sum(Concern.BESIDE_THE_POINT in one for one in checked(mixed, encoder, search=False))
    long = sum(Concern.TOO_SHORT not in found[row["id"]] for row in dealt)
    print(f"answers of other questions: {beside} of {long} long enough are named beside the point")


def checked(rows, encoder, *, search=True):
    """The concerns about each reply, beside all the others."""
    bands = [reply_similar.bands(row["reply"]) if search else () for row in rows]
    shared = defaultdict(list)
    for at, own in enumerate(bands):
        for band in own:
            shared[band].append(at)
    for at, row in enumerate(rows):
        near = Counter(
            other
            for band in bands[at]
            for other in shared[band][-reply_similar.OF_A_BAND :]
            if other != at
        )
        earlier = [
            Earlier(
                rows[other]["id"],
                rows[other]["reply"],
                question=Document(rows[other]["title"], rows[other]["body"]),
            )
            for other, _bands in near.most_common(reply_similar.COMPARED)
        ]
        question = Document(row["title"], row["body"])
        found = reply_checks.check(
            row["reply"], question=question, earlier=earlier, encoder=encoder
        )
        yield {one.concern for one in found}


def judged(found):
    """Of the reasons that somebody has read: how many still stand, and how many were right."""
    right, read = Counter(), Counter()
    for row in csv.DictReader(JUDGED.open(encoding="utf-8")):
        concerns = found.get(row["id"])
        if concerns is None or (row["concern"] and row["concern"] not in concerns):
            continue
        if not row["concern"] and concerns:
            continue
        read[row["concern"]] += 1
        right[row["concern"]] += int(row["right"])
    return right, read


def search(size):
    """How long a search for near copies takes, and how many questions it asks."""
    with TemporaryDirectory() as folder, databases.opened() as engines:
        database = engines.empty(Path(folder))
        app = create_app(**settings(Path(folder), database))
        with app.app_context():
            upgrade()
            session, random = db.session(), Random(1)
            case = seed(session, Factory(session, vault=app.extensions["vault"], now=lambda: NOW))
            fill(session, case, size, random)
            session.execute(text("ANALYZE"))
            session.commit()
            times, queries, hits = measure(session, case, random)
            db.session.remove()
            db.engine.dispose()
        engines.drop(database)
    row = {
        "replies": size,
        "median": f"{statistics.median(times):.1f} ms",
        "p95": f"{statistics.quantiles(times, n=20)[-1]:.1f} ms",
        "queries": queries,
        "copies found": f"{hits:.0%}",
    }
    show("replies_search", list(row), [row], database=databases.KIND)


def seed(session, make):
    """A mailbox and one case in it, to which all the others are alike."""
    mailbox = make.mailbox()
    case = Case(
        topic=mailbox.topic,
        mailbox=mailbox,
        suggestion=make.suggestion(mailbox.topic),
        state=CaseState.IN_PROGRESS,
        unit=mailbox.topic.agency,
        month="2026-06",
        created_at=NOW,
    )
    return make._add(case)


def fill(session, case, size, random):
    """So many published replies to as many messages, written past the services."""
    author = case.suggestion.author_id
    asked = plain(session, Suggestion, case.suggestion_id, {"id", "query_code", "digest"})
    file = plain(session, Case, case.id, {"id", "suggestion_id"})
    first = case.suggestion_id + 1
    for start in range(first, first + size, BLOCK):
        numbers = range(start, min(start + BLOCK, first + size))
        session.execute(
            insert(Suggestion),
            [asked | {"id": n, "query_code": f"C{n:09d}", "digest": f"{n:064d}"} for n in numbers],
        )
        session.execute(insert(Case), [file | {"id": n, "suggestion_id": n} for n in numbers])
        replies = [reply(n, case, author, random) for n in numbers]
        session.execute(insert(Reply), replies)
        bands = [
            {"mailbox_id": case.mailbox_id, "band": band, "reply_id": one["id"]}
            for one in replies
            for band in reply_similar.bands(one["text"])
        ]
        session.execute(insert(ReplyBand), bands)
    session.commit()


def plain(session, model, number, without):
    """The row of ``number`` as values, to be written again under other numbers."""
    row = session.execute(select(model.__table__).where(model.__table__.c.id == number)).one()
    return {key: value for key, value in row._mapping.items() if key not in without}


def reply(number, case, author, random):
    words = formed(random) if random.random() < FORMED else free(random)
    return {
        "id": number,
        "case_id": number,
        "round": 1,
        "stage": ReplyStage.PUBLISHED,
        "unit_id": case.unit_id,
        "text": words,
        "public_text": words,
        "outcome": "solved",
        "drafted_by_id": author,
        "drafted_at": NOW,
        "created_at": NOW,
    }


def free(random, sentences=8):
    """A reply like no other, of the length of real ones."""
    return "".join(
        f"{random.choice(PLACES)}{random.choice(PLACES)}路{random.randint(1, 300)}号的{random.choice(WHAT)}，"
        f"{random.choice(WHO)}{random.choice(DID)}{random.choice(WHAT)}，{random.choice(THEN)}。"
        for _sentence in range(sentences)
    )


def formed(random):
    """One of a few forms with a place filled in."""
    form = free(Random(random.randrange(FORMS)))
    return f"{random.choice(PLACES)}{random.choice(PLACES)}路：{form}"


def measure(session, case, random):
    """Times in milliseconds, the most questions asked, and the share of copies that were found."""
    times, most, hits = [], 0, 0
    for turn in range(TIMES):
        copy = turn % 2 == 0
        words = formed(random) if copy else free(random)
        with counted_queries(session) as queries:
            start = time.perf_counter()
            near = reply_similar.near(session, case=case, text=words)
            times.append(1000 * (time.perf_counter() - start))
        most = max(most, queries.count)
        form = words.partition("：")[2]
        hits += copy and any(one.text.endswith(form) for one in near)
    return times, most, 2 * hits / TIMES


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
