"""What the tests of faults share: applications on databases that can be taken away."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask_migrate import upgrade

from consult.app import create_app
from consult.extensions import db, reading
from tests.conftest import settings
from tests.drills.citizens import signed_in
from tests.drills.postgres import PostgreSQL
from tests.factories import Factory


@pytest.fixture(scope="module")
def open_folder():
    """A folder that the user of PostgreSQL may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="jisi-drill-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server(open_folder):
    """A PostgreSQL of this module alone, for it will be killed."""
    server = PostgreSQL(open_folder / "killed").start()
    yield server
    server.stop()


class Site:
    """An application, and people signed in to it who can come back after anything."""

    def __init__(self, folder, address):
        self.app = create_app(**settings(folder, address) | {"TESTING": False})
        with self.app.app_context():
            upgrade()
            db.engine.dispose()

    @contextmanager
    def rows(self):
        with self.app.app_context():
            reading.set(False)
            session = db.session()
            vault, clock = self.app.extensions["vault"], self.app.config["CLOCK"]
            yield session, Factory(session, vault=vault, now=clock)
            session.commit()

    def count(self, query):
        with self.rows() as (session, _make):
            return session.scalar(query)

    def citizens(self, number):
        """A topic's address, and people who may write to it."""
        with self.rows() as (session, make):
            topic = make.topic(slug="faults")
            make.suggestion(topic)
            people = [make.person() for _ in range(number)]
            citizens = signed_in(session, people, url="")
            return topic.slug, [self._client(one) for one in citizens]

    def _client(self, citizen):
        client = self.app.test_client()
        name, _equals, value = citizen.session.partition("=")
        client.set_cookie(name, value)
        client.token = citizen.token
        return client

    def close(self):
        with self.app.app_context():
            db.engine.dispose()


def send(client, slug, number):
    """Send a suggestion as a browser does; the answer."""
    form = {
        "title": f"建议在第{number}小区增设充电桩",
        "facts": f"第{number}小区没有充电桩。",
        "go": "send",
        "csrf_token": client.token,
    }
    return client.post(f"/topics/{slug}/suggest", data=form)
