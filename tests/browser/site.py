"""A real platform for the browser: the command, gunicorn, jobs and model of a user's machine."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from email import policy
from email.parser import BytesParser
from itertools import count
from pathlib import Path

from consult.app import create_app
from consult.extensions import db, reading
from tests.factories import Factory

ROOT = Path(__file__).parents[2]
CONSULT = [sys.executable, "-m", "consult.cli.main"]
PASSWORD = "a long enough sentence"
START_SECONDS = 60


class Site:
    """Lives in a folder of its own; set up and started with the `consult` command."""

    #: More arguments of `consult serve`.
    options = ()

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.thousands = count(1000, 1000)  # rows of two arrangements never share a name
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "JISI_DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "JISI_MAIL": "file",
            "JISI_JOB_PAUSE": "1",
            "JISI_PUBLIC_URL": self.url,
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(ROOT),
        }

    def consult(self, *arguments, words=""):
        """Run a command and return what it printed; a failure shows what it said."""
        ran = subprocess.run(
            [*CONSULT, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            input=words,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return ran.stdout

    def staff(self, address, name, *roles, agency):
        for role in roles:
            self.consult(
                *("add-person", address, "--name", name, "--role", role, "--agency", agency),
                "--password-stdin",
                words=PASSWORD,
            )

    def arrange(self, work):
        """Let ``work(session, make)`` prepare rows in the site's database, and commit them."""
        app = create_app(
            DATA_DIR=self.folder,
            UPLOAD_DIR=self.folder / "uploads",
            SQLALCHEMY_DATABASE_URI=self.environment["DATABASE_URL"],
        )
        with app.app_context():
            reading.set(False)
            session = db.session()
            make = Factory(
                session,
                vault=app.extensions["vault"],
                now=app.config["CLOCK"],
                first=next(self.thousands),
            )
            work(session, make)
            session.commit()
            db.engine.dispose()

    def start(self):
        log = (self.folder / "server.log").open("w")
        self.server = subprocess.Popen(
            [*CONSULT, "serve", "--port", str(self.port), *self.options],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/api/livez", timeout=2)
            except OSError:
                time.sleep(0.2)
            else:
                return self
        raise AssertionError((self.folder / "server.log").read_text())

    def stop(self):
        self.server.terminate()
        self.server.wait(20)

    def letters(self, containing=""):
        """The mails that were sent, oldest first, as text."""
        files = sorted(
            (self.folder / "letters").glob("*.eml"), key=lambda path: path.stat().st_mtime
        )
        return [text for path in files if containing in (text := read_mail(path))]

    def wait_for_letter(self, containing, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := self.letters(containing):
                return found[-1]
            time.sleep(0.3)
        raise AssertionError(f"no letter with {containing!r} among {self.letters()}")


def read_mail(path):
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    return f"To: {message['to']}\nSubject: {message['subject']}\n\n{body.get_content()}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def links_in(letter):
    return re.findall(r"http://127\.0\.0\.1:\d+(\S+)", letter)
