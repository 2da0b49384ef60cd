"""Every page and act of a topic with 10,000 suggestions and 100,000 supports, in production mode.

    make bench-web                      or, with other sizes and times,
    python -m tests.benchmarks.bench_web [--size N] [--supports N] [--seconds S] [--acts NAME…]

An independent load tool (wrk) asks over loopback with eight connections; processor time is taken from
/proc around it, of all web processes and of all processes of PostgreSQL, and divided by the answers. That does not depend on
what else the machine does; requests a second do. A page of three words in the same gunicorn, measured in the
same run, says what the machine can do at most. Figures of peers stand beside ours (see PEERS).
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import g

from tests.benchmarks import web_seed
from tests.benchmarks.report import show
from tests.benchmarks.web_acts import READERS, Cast, Request
from tests.benchmarks.web_site import Platform, baseline, processor
from tests.browser.site import free_port
from tests.queries import counted_queries

HERE = Path(__file__).parent
CONNECTIONS = 8
WARM_UP = 5
#: Requests prepared for each act; the load tool begins again after the last.
PREPARED = 4_000
#: Two peers with the same content (10,000 ideas, 100,000 ratings, PostgreSQL 15, two workers), on
#: the same kind of machine (two cores), measured in one sitting by the same means in November 2026:
#: application + database milliseconds of processor for one answer.
PEERS = {
    "list, first page": ("466+194", "13+143"),
    "list, page 100": ("394+167", "11+132"),
    "list by popularity": ("437+182", "8+117"),
    "list, search": ("120+66", "6+75"),
    "detail": ("44+29", "3.3+1.2"),
    "detail, signed in": ("73+44", "4.5+2.2"),
    "support": ("18+23", "15+8"),
    "submit": ("60+43", "12+4"),
    "memory of 2 workers": ("357 MiB", "172–227 MiB"),
}
#: What each answer may cost, both together.
AIMS = {
    "list, first page": 5,
    "list, page 100": 5,
    "list by popularity": 5,
    "list, search": 12,
    "detail": 4,
    "support": 6,
    "submit": 10,
    "memory of 2 workers": 200,
}
COLUMNS = [
    *("act", "req/s", "p50 ms", "p95 ms", "p99 ms", "app ms", "db ms", "CPU ms", "aim"),
    *("queries", "× least page", "adhocracy+", "CitizenOS", "refused"),
]


def load(url, requests, seconds, folder):
    """What the load tool says of ``seconds`` of ``requests``."""
    lines = folder / "requests.tsv"
    lines.write_text("".join(one.line() for one in requests), "utf-8")
    ran = subprocess.run(
        [
            *("wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "10s"),
            *("-s", str(HERE / "web_requests.lua"), url, "--", str(lines)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(re.search(r"^RESULT (.*)$", ran.stdout, re.MULTILINE)[1])


def measured(platform, requests, seconds):
    """A row of the table: first a little to warm up, then for real."""
    cut = max(1, len(requests) // 5)  # what is written in the warm-up is not sent again
    load(platform.url, requests[:cut], WARM_UP, platform.folder)
    before = platform.cpu()
    result = load(platform.url, requests[cut:] or requests, seconds, platform.folder)
    app, base = (1000 * (b - a) for a, b in zip(before, platform.cpu(), strict=True))
    answers = max(result["requests"], 1)
    return {
        "req/s": round(1e6 * answers / result["us"], 1),
        **{f"{name} ms": round(result[name] / 1000, 1) for name in ("p50", "p95", "p99")},
        "app ms": round(app / answers, 2),
        "db ms": round(base / answers, 2),
        "CPU ms": round((app + base) / answers, 2),
        "refused": result["refused"] + result["broken"],
    }


def least(seconds, folder):
    """The same for the page of three words: requests a second, and milliseconds of processor."""
    port = free_port()
    server = baseline(port)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                urllib.request.urlopen(url, timeout=1).read()
                break
            except OSError:
                time.sleep(0.1)
        before = processor(server.pid)
        result = load(url, [Request("/")], seconds, folder)
        used = 1000 * (processor(server.pid) - before) / max(result["requests"], 1)
    finally:
        server.terminate()
        server.wait(20)
    return {"act": "three words", "req/s": round(1e6 * result["requests"] / result["us"], 1)} | {
        **{f"{name} ms": round(result[name] / 1000, 1) for name in ("p50", "p95", "p99")},
        "app ms": round(used, 2),
        "db ms": 0,
        "CPU ms": round(used, 2),
        "queries": 0,
    }


def queries(app, session, requests):
    """Statements that one answer costs: the second, for the first fills what is kept."""
    client, counts = app.test_client(use_cookies=False), []
    for request in requests[-2:] if len(requests) > 1 else requests * 2:
        for name in list(g):
            g.pop(name)  # the context of this process outlives each request
        with counted_queries(session) as counted:
            client.open(
                request.path, method=request.method, data=request.form, headers=request.headers
            )
        counts.append(counted.count)
    return counts[-1]


def options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--supports", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--acts", nargs="*", help="only these")
    parser.add_argument("--folder", type=Path, help="keep the database there, or use what is")
    return parser.parse_args()


def main():
    wanted = options()
    if shutil.which("wrk") is None:
        sys.exit(
            "wrk sends the requests: install it (Debian: apt-get install wrk), then try again."
        )
    with TemporaryDirectory() as folder:
        run(wanted, Path(wanted.folder or folder))


def prepare(wanted, app, session):
    """The rows, and the people who will act; returns the requests of each act."""
    vault = app.extensions["vault"]
    seeded = web_seed.known(session, "bench") or web_seed.seed(
        session, vault, slug="bench", size=wanted.size, supports=wanted.supports
    )
    signers = seeded.people[: min(READERS, len(seeded.people))]
    tokens = web_seed.sessions(session, signers, datetime.now(UTC))
    cast = Cast(app, tokens, seeded)
    acts = cast.acts(PREPARED)
    for name in ("list, first page", "detail"):
        fresh = [
            request
            for n, one in enumerate(acts[name] * (PREPARED // len(acts[name])))
            for request in [Request(f"{one.path}?unread={n}")]
        ]
        acts[f"{name}, none kept"] = fresh
    return {name: acts[name] for name in wanted.acts or acts}


def run(wanted, folder):
    folder.mkdir(parents=True, exist_ok=True)
    platform = Platform(folder)
    platform.consult("db", "upgrade")
    started = time.perf_counter()
    acts = platform.within(lambda app, session: prepare(wanted, app, session))
    facts = {
        "suggestions": wanted.size,
        "supports": wanted.supports,
        "seeded_s": round(time.perf_counter() - started, 1),
    }
    rows = [least(wanted.seconds, folder)]
    asked = platform.within(
        lambda app, session: {name: queries(app, session, acts[name]) for name in acts}
    )
    platform.start()
    try:
        for name, requests in acts.items():
            rows.append(row(name, measured(platform, requests, wanted.seconds), asked[name], rows))
        facts["memory"] = platform.memory()
    finally:
        platform.stop()
    theirs = PEERS["memory of 2 workers"]
    rows.extend({"act": what, "CPU ms": value} for what, value in facts["memory"].items())
    aim = f"{AIMS['memory of 2 workers']} MiB"
    rows[-3] |= {"aim": aim, "adhocracy+": theirs[0], "CitizenOS": theirs[1]}
    show("web", COLUMNS, rows, **facts)
    if failed := [
        one["act"] for one in rows if one.get("refused", 0) > 0.05 * answered(one, wanted)
    ]:
        sys.exit(f"More than one in twenty was refused: {', '.join(failed)}")


def answered(row, wanted):
    return max(1, row.get("req/s", 0) * wanted.seconds)


def row(name, found, asked, rows):
    theirs = PEERS.get(name, ("", ""))
    return {
        "act": name,
        **found,
        "aim": AIMS.get(name, ""),
        "queries": asked,
        "× least page": round(found["CPU ms"] / rows[0]["CPU ms"], 1),
        "adhocracy+": theirs[0],
        "CitizenOS": theirs[1],
    }


if __name__ == "__main__":
    main()
