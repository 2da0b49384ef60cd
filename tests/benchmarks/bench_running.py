"""How soon a server answers after its start, and how much memory two web workers take.

On PostgreSQL with the demo, background work elsewhere. Memory is counted with what is shared
divided among those who share it (PSS), after a thousand requests of all kinds.
"""

import tempfile
import time
from pathlib import Path

from tests.benchmarks.report import show
from tests.drills.postgres import PostgreSQL
from tests.running.server import Server, memory, processor_seconds
from tests.running.walker import Walker

REQUESTS = 1_000
STARTS = 5
PASSWORD = "jisi-demo-2026"
PEOPLE = ("zhang.yifan@example.org", "chen.guilan@example.org", "samuel.adeyemi@example.org")


def main():
    with tempfile.TemporaryDirectory() as folder:
        postgres = PostgreSQL(Path(folder) / "postgresql").start()
        try:
            measure(Path(folder), postgres.create("jisi"))
        finally:
            postgres.stop()


def measure(folder, database):
    server = Server(folder / "data", database=database, JISI_EMBEDDED_JOBS=0)
    server.consult("db", "upgrade")
    server.consult("demo")
    starts = [start(server) for _ in range(STARTS)]
    seconds, processor = zip(*starts, strict=True)
    server.start("--workers", "2").wait("/topics")
    at_first = memory(server.process.pid, server.workers())
    asked = walk(server)
    rows = [
        {
            "what": "first page after a start (s), median",
            "value": round(sorted(seconds)[STARTS // 2], 2),
        },
        {"what": "the very first start (s)", "value": round(seconds[0], 2)},
        {
            "what": "processor time of a start (s), median",
            "value": round(sorted(processor)[STARTS // 2], 2),
        },
        *({"what": f"at first: {name}", "value": value} for name, value in at_first.items()),
        *(
            {"what": f"after {asked} requests: {name}", "value": value}
            for name, value in memory(server.process.pid, server.workers()).items()
        ),
    ]
    server.stop()
    show("running", ["what", "value"], rows, requests=asked, database="postgresql")


def start(server):
    """Seconds until the first page, and processor time of the first process by then."""
    began = time.monotonic()
    server.start("--workers", "2").wait("/topics")
    found = time.monotonic() - began, processor_seconds(server.process.pid)
    server.stop()
    return found


def walk(server):
    """Pages, pages of people who are signed in, searches while typing, suggestions."""
    asked = 0
    for address in ("", *PEOPLE):
        walker = Walker(server.url)
        if address:
            walker.sign_in(address, PASSWORD)
        walker.crawl(most=300)
        slugs = sorted(
            {
                path.split("/")[2].partition("?")[0]
                for path in walker.seen
                if path.startswith("/topics/")
            }
        )
        for slug in slugs:
            for title in ("路灯坏了", "加装电梯补贴", "streets for children"):
                walker.get(
                    f"/api/topics/{slug}/similar?title={title}".encode()
                    .decode("latin-1")
                    .translate(QUOTED)
                )
        asked += sum(map(len, walker.statuses.values()))
    while asked < REQUESTS:
        server.get("/topics")
        asked += 1
    return asked


#: Bytes above ASCII as an address wants them.
QUOTED = {byte: f"%{byte:02X}" for byte in range(0x80, 0x100)} | {0x20: "%20"}

if __name__ == "__main__":
    main()
