"""The platform as it runs in earnest: its database, its web server and its worker, as processes.

Whatever dies is started again, as a service manager would do it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil

from consult.app import create_app
from consult.extensions import db, reading
from tests.drills.postgres import PostgreSQL
from tests.drills.waiting import free_port, until
from tests.factories import Factory

ROOT = Path(__file__).parents[2]
CONSULT = [sys.executable, "-m", "consult.cli.main"]


class Service:
    """A process that is started again whenever it ends."""

    def __init__(self, name, command, *, environment, log):
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.process, self.wanted, self.starts = None, False, 0

    def start(self):
        self.wanted = True
        self.starts += 1
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def lives(self):
        return self.process is not None and self.process.poll() is None

    def look_after(self):
        if self.wanted and not self.lives():
            self.start()

    def kill(self):
        """Kill the process itself; its children learn of it as they would from a power cut."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def children(self):
        try:
            return psutil.Process(self.process.pid).children()
        except psutil.NoSuchProcess:
            return []

    def stop(self):
        self.wanted = False
        if self.lives():
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Stage:
    """Everything that a drill needs, in one folder."""

    def __init__(self, folder, *, database="postgresql", workers=2, encoder="shipped", **settings):
        self.folder, self.kind, self.port = Path(folder), database, free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.server = None
        address = f"sqlite:///{self.folder / 'jisi.sqlite3'}"
        if database == "postgresql":
            self.server = PostgreSQL(self.folder / "postgresql").start()
            address = self.server.create("jisi")
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "JISI_DATA_DIR": str(self.folder / "data"),
            "DATABASE_URL": address,
            "JISI_ENCODER": encoder,
            "JISI_MAIL": "file",
            "JISI_PHONE": "file",
            "JISI_JOB_PAUSE": "1",
            "JISI_PUBLIC_URL": self.url,
            "JISI_SUGGESTIONS_PER_HOUR": "100000",
            "JISI_EMBEDDED_JOBS": "0" if self.server else "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(ROOT),
            **{name: str(value) for name, value in settings.items()},
        }
        serve = [*CONSULT, "serve", "--port", str(self.port)]
        self.web = self._service("web", [*serve, "--workers", str(workers if self.server else 1)])
        # As the service unit has it: pages come first.
        self.worker = self._service("worker", ["nice", "-n", "5", *CONSULT, "worker"])
        #: On SQLite the jobs run in the web process, as they do by default.
        self.services = [self.web, self.worker] if self.server else [self.web]
        self._ended = threading.Event()
        self.consult("db", "upgrade")

    def _service(self, name, command):
        log = self.folder / f"{name}.log"
        return Service(name, command, environment=self.environment, log=log)

    def consult(self, *arguments, words=""):
        """Run a command and return what it printed; a failure shows what it said."""
        ran = self.attempt(*arguments, words=words)
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return ran.stdout

    def attempt(self, *arguments, words=""):
        """Run a command, which may fail."""
        return subprocess.run(
            [*CONSULT, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            input=words,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self):
        """Start what serves, and the keeper that starts it again when it dies."""
        for service in self.services:
            service.start()
        threading.Thread(target=self._keep, daemon=True).start()
        until(self.is_up, seconds=60, what=f"the site did not come up, see {self.web.log}")
        return self

    def _keep(self):
        while not self._ended.wait(0.2):
            if self.server and self.server.server.poll() is not None:
                self.server.start()
            for service in self.services:
                service.look_after()

    def is_up(self):
        return self.get("/api/livez", timeout=2)[0] == 200

    def get(self, path, timeout=60):
        """Status, headers and words of a page; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read().decode()
        except OSError:
            return 0, {}, ""

    @contextmanager
    def app(self):
        """The application in this process, on the same data; for arranging and for counting."""
        data = self.folder / "data"
        app = create_app(
            DATA_DIR=data,
            UPLOAD_DIR=data / "uploads",
            SQLALCHEMY_DATABASE_URI=self.environment["DATABASE_URL"],
            SECRET_KEY="",
            SEALING_KEY="",
        )
        with app.app_context():
            reading.set(False)
            yield app
            db.session.remove()
            db.engine.dispose()

    @contextmanager
    def rows(self, first=1):
        """``(session, make)`` in one transaction, for arranging."""
        with self.app() as app:
            session = db.session()
            vault, clock = app.extensions["vault"], app.config["CLOCK"]
            yield session, Factory(session, vault=vault, now=clock, first=first)
            session.commit()

    def stop(self):
        self._ended.set()
        time.sleep(0.3)
        for service in self.services:
            service.stop()
        if self.server:
            self.server.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


@contextmanager
def staged(*, keep=False, **options):
    """A stage in a folder that goes afterwards, also when the drill is told to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    folder = Path(tempfile.mkdtemp(prefix="jisi-drill-"))
    folder.chmod(0o755)  # the server of the database runs as somebody else
    with Stage(folder, **options) as stage:
        yield stage
    if keep:
        print(f"kept in {folder}")
    else:
        shutil.rmtree(folder)
