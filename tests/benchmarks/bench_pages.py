"""Pages of one topic with 10,000 suggestions, beside the same pages with 100.

The server is the one of `consult serve`. Each page is asked for one at a time;
its baseline, measured in the same run, is the page of a topic a hundredth its size.
"""

import http.client
import statistics
import time
import urllib.parse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from consult.app import create_app
from consult.extensions import db, indexes
from consult.services.exchange import imports
from consult.services.grouping import runs
from consult.services.people import people
from consult.tables import Row
from models.cluster import Cluster
from models.person import Role
from models.run import RunCause
from models.suggestion import Suggestion, Support
from models.topic import Topic
from tests.benchmarks.generator import generate
from tests.benchmarks.report import show
from tests.browser.site import Site
from tests.factories import Factory

SIZES = {"small": 100, "large": 10_000}
SUPPORTS_PER_SUGGESTION = 10
CROWD = 2_000
TIMES = 30
COLUMNS = ["title", "facts", "proposal", "place"]

PAGES = {
    "topics": "/topics",
    "topic": "/topics/{slug}",
    "suggestions, first page": "/topics/{slug}/suggestions",
    "suggestions, by support": "/topics/{slug}/suggestions?sort=support",
    "suggestions, last page": "/topics/{slug}/suggestions?page=9999",
    "suggestions, search": "/topics/{slug}/suggestions?words=" + urllib.parse.quote("路灯"),
    "suggestion": "/suggestions/{suggestion}",
    "groups": "/topics/{slug}/groups",
    "group": "/groups/{cluster}",
    "similar while typing": "/api/topics/{slug}/similar?title="
    + urllib.parse.quote("请修一修望山花园的路灯"),
    "board": "/office/topics/{slug}/groups",
    "board, by support": "/office/topics/{slug}/groups?sort=people",
    "group (staff)": "/office/groups/{cluster}",
}


def seed(site):
    """Fill the database; returns what the addresses need, and how long grouping took."""
    app = create_app(
        DATA_DIR=site.folder,
        SQLALCHEMY_DATABASE_URI=site.environment["DATABASE_URL"],
        UPLOAD_DIR=site.folder / "uploads",
    )
    now, found = datetime.now(UTC), {}
    with app.app_context():
        session = db.session()
        make = Factory(session, vault=app.extensions["vault"], now=lambda: now)
        agency = make.agency()
        analyst = make.staff(Role.ANALYST, agency)
        crowd = [make.person().id for _ in range(CROWD)]
        for name, size in SIZES.items():
            topic = make.topic(agency=agency, slug=name)
            facts = fill(session, topic, size, crowd, indexes(), now)
            session.commit()
            found[name] = {"slug": name, **facts}
        token = people.open_session(
            session, person=analyst, device="bench", lifetime=timedelta(days=1), now=now
        )
        session.commit()
        signer = app.session_interface.get_signing_serializer(app)
        cookie = signer.dumps({"_user_id": token, "_fresh": True})
    return found, f"{app.config['SESSION_COOKIE_NAME']}={cookie}"


def fill(session, topic, size, crowd, kept, now):
    random = Random(1)
    rows = (
        Row(line, {name: getattr(made, name) for name in COLUMNS})
        for line, made in enumerate(generate(size), start=2)
    )
    started = time.perf_counter()
    imports.run(
        session,
        topic=topic,
        rows=rows,
        mapping={name: name for name in COLUMNS},
        actor=None,
        zone=ZoneInfo("Asia/Shanghai"),
        now=now,
        publish_text=True,
    )
    imported = time.perf_counter() - started
    ids = session.scalars(select(Suggestion.id).filter_by(topic_id=topic.id)).all()
    supports = [
        {"suggestion_id": number, "person_id": person, "created_at": now}
        for number in ids
        for person in random.sample(crowd, random.randint(0, 2 * SUPPORTS_PER_SUGGESTION))
    ]
    session.execute(insert(Support), supports)
    counted = (
        select(db.func.count()).where(Support.suggestion_id == Suggestion.id).scalar_subquery()
    )
    session.execute(
        update(Suggestion).where(Suggestion.topic_id == topic.id).values(support_count=counted)
    )
    session.commit()
    started = time.perf_counter()
    run = runs.regroup(
        session,
        topic=session.get(Topic, topic.id),
        indexes=kept,
        cause=RunCause.MANUAL,
        actor=None,
        now=now,
    )
    grouped = time.perf_counter() - started
    largest = largest_cluster(session, topic.id)
    return {
        "suggestion": ids[0],
        "cluster": largest,
        "import_s": round(imported, 1),
        "regroup_s": round(grouped, 1),
        "clusters": run.cluster_count,
        "supports": len(supports),
    }


def largest_cluster(session, topic_id):
    query = select(Cluster.id).filter_by(topic_id=topic_id, retired_at=None)
    return session.scalar(query.order_by(Cluster.suggestion_count.desc()).limit(1))


def measure(site, path, cookie):
    """Median and 95th percentile of a page in milliseconds, after two warm-up calls."""
    times = []
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    for _ in range(TIMES + 2):
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie} if "/office" in path else {})
        answer = connection.getresponse()
        body = answer.read()
        times.append(1000 * (time.perf_counter() - started))
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]!r}"
    times = sorted(times[2:])
    return statistics.median(times), times[int(0.95 * len(times))]


def main():
    with TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.consult("db", "upgrade")
        topics, cookie = seed(site)
        site.start()
        rows = []
        for name, pattern in PAGES.items():
            p50, p95 = measure(site, pattern.format(**topics["large"]), cookie)
            base, _p95 = measure(site, pattern.format(**topics["small"]), cookie)
            rows.append(
                {
                    "page": name,
                    "p50 ms": round(p50, 1),
                    "p95 ms": round(p95, 1),
                    "p50 at 100": round(base, 1),
                    "ratio": round(p50 / base, 2),
                }
            )
        site.stop()
        show("pages", ["page", "p50 ms", "p95 ms", "p50 at 100", "ratio"], rows, **topics["large"])


if __name__ == "__main__":
    main()
