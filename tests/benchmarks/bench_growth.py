"""How the time of each page grows with its topic: 1,000, 10,000, 100,000 and, if asked for, 1,000,000 suggestions.

    python -m tests.benchmarks.bench_growth [--sizes 1000 10000 100000] [--folder DIR] [--picture]

Each page is rendered anew (nothing is kept) and asked for one at a time, on PostgreSQL in production mode.
``log`` compares the slope with that of log n: what grows by no more than (log n)² from the smallest to the
largest passes, the rest is named and the benchmark fails. ``--picture`` draws docs/images/growth.svg.
"""

import argparse
import http.client
import statistics
import sys
import time
import urllib.parse
from datetime import UTC, datetime
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

from models.person import Appointment, Person, Role
from models.topic import Topic
from tests.benchmarks import web_seed
from tests.benchmarks.picture import chart
from tests.benchmarks.report import show
from tests.benchmarks.web_acts import Cast
from tests.benchmarks.web_site import Platform

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "growth.svg"
#: Supports for each suggestion; the largest topics have fewer, or seeding would take an hour.
SUPPORTS, MOST_SUPPORTS = 2, 200_000
TIMES, WARM = 15, 3
#: Milliseconds that are noise on a machine that does other things as well.
NOISE = 5
WORD = urllib.parse.quote("路灯")

PAGES = {
    "home": "/",
    "topic": "/topics/{slug}",
    "list": "/topics/{slug}/suggestions",
    "list, page 100": "/topics/{slug}/suggestions?page=100",
    "list, last page": "/topics/{slug}/suggestions?page=999999",
    "list, by support": "/topics/{slug}/suggestions?sort=supported",
    "list, one clause": "/topics/{slug}/suggestions?clause=art-1",
    "list, one kind": "/topics/{slug}/suggestions?kind=advice",
    "list, search": "/topics/{slug}/suggestions?q=" + WORD,
    "suggestion": "/suggestions/{suggestion}",
    "clause": "/topics/{slug}/clauses/art-1",
    "groups": "/topics/{slug}/groups",
    "groups, newest": "/topics/{slug}/groups?sort=newest",
    "groups, search": "/topics/{slug}/groups?q=" + WORD,
    "group": "/groups/{cluster}",
    "similar": "/api/topics/{slug}/similar?title=" + urllib.parse.quote("请修一修望山花园的路灯"),
    "office topic": "/office/topics/{slug}",
    "board": "/office/topics/{slug}/groups",
    "board, search": "/office/topics/{slug}/groups?q=" + WORD,
    "themes": "/office/topics/{slug}/themes",
    "decisions": "/office/topics/{slug}/decisions",
}


def measured(site, path, cookie):
    """The median of a page in milliseconds; each address is new, so that no page is kept."""
    times, mark = [], "&" if "?" in path else "?"
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)
    headers = {"Cookie": cookie} if "/office" in path else {}
    for n in range(TIMES + WARM):
        started = time.perf_counter()
        connection.request("GET", f"{path}{mark}unread={n}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append(1000 * (time.perf_counter() - started))
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]!r}"
    return statistics.median(times[WARM:])


def prepare(app, session, sizes):
    """A topic of each size, and the cookie of somebody who may see the office pages of all."""
    found, agencies = {}, []
    for size in sizes:
        slug = f"growth-{size}"
        known = web_seed.known(session, slug) or web_seed.seed(
            session,
            app.extensions["vault"],
            slug=slug,
            size=size,
            supports=min(SUPPORTS * size, MOST_SUPPORTS),
        )
        found[size] = known
        agencies.append(session.get(Topic, known.topic).agency_id)
    analyst = session.get(Person, found[sizes[0]].people[0])
    held = {one.agency_id for one in analyst.appointments}
    analyst.appointments += [
        Appointment(role=Role.ANALYST, agency_id=one) for one in agencies if one not in held
    ]
    tokens = web_seed.sessions(session, [analyst.id], datetime.now(UTC))
    return found, Cast(app, tokens, found[sizes[0]]).signed_in[0][0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--picture", action="store_true")
    wanted = parser.parse_args()
    with TemporaryDirectory() as folder:
        rows = run(sorted(wanted.sizes), Path(wanted.folder or folder))
    if wanted.picture:
        PICTURE.write_text(drawn(rows, sorted(wanted.sizes)), "utf-8")
    if steep := [row["page"] for row in rows if row["log"] == "no"]:
        sys.exit(f"These grow faster than log n: {', '.join(steep)}")


def run(sizes, folder):
    folder.mkdir(parents=True, exist_ok=True)
    platform = Platform(folder, JISI_KEPT_PAGES_MB="0")
    platform.consult("db", "upgrade")
    topics, cookie = platform.within(lambda app, session: prepare(app, session, sizes))
    platform.start()
    rows = []
    try:
        for name, pattern in PAGES.items():
            times = {size: _of(platform, pattern, topics[size], cookie) for size in sizes}
            rows.append(
                {
                    "page": name,
                    **{f"{size:,}": round(times[size], 1) for size in sizes},
                    "log": "yes" if grows_slowly(times) else "no",
                }
            )
    finally:
        platform.stop()
    show("growth-pages", ["page", *(f"{size:,}" for size in sizes), "log"], rows)
    return rows


def _of(platform, pattern, seeded, cookie):
    path = pattern.format(
        slug=seeded.slug,
        suggestion=seeded.suggestions[len(seeded.suggestions) // 2],
        cluster=seeded.clusters[0],
    )
    return measured(platform, path, cookie)


def grows_slowly(times):
    """Whether the largest costs no more, beside the smallest, than (log n)² allows."""
    small, large = min(times), max(times)
    allowed = (log(large) / log(small)) ** 2
    return times[large] <= allowed * times[small] + NOISE


def drawn(rows, sizes):
    """The chart of seconds against suggestions, both by powers of ten."""
    chosen = ("topic", "list", "list, last page", "list, search", "suggestion", "similar", "board")
    points = (
        {
            "method": row["page"],
            "texts": size,
            "encode_s": 0.0,
            "group_s": row[f"{size:,}"] / 1000,
        }
        for row in rows
        if row["page"] in chosen
        for size in sizes
    )
    title = "Seconds until a page is there, by the size of its topic"
    return chart(points, title=title, things="suggestions in the topic", least=0.001)


if __name__ == "__main__":
    main()
