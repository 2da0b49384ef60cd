"""Pages are answered without torch, also where the model that groups needs it."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.clustering.encoders import tiny
from tests.running.server import ROOT, Server
from tests.running.test_serving import HEAVY, TELLING
from tests.running.walker import Walker

#: What the worker of a platform does, in a process of its own: places all there is.
PLACING = """
import sys
from consult.app import create_app
from consult.jobs.runner import Runner
Runner(create_app()).run_due(["placement"])
assert "torch" in sys.modules, "it is the worker that loads the model"
"""

#: Somebody's words that everybody may read.
PUBLIC = """
SELECT topic.slug, suggestion.public_title FROM suggestion
JOIN topic ON topic.id = suggestion.topic_id JOIN embedding ON embedding.suggestion_id = suggestion.id
WHERE suggestion.publish_text AND suggestion.status = 'received'
ORDER BY suggestion.id
"""


@pytest.fixture
def platform(tmp_path):
    """A platform with the demo, placed under a model that needs torch; a worker of its own did that."""
    model = tiny.build(tmp_path / "model")
    server = Server(
        tmp_path / "platform",
        JISI_EMBEDDED_JOBS=0,
        JISI_ENCODER=model,
        MODULES=tmp_path / "modules.json",
    )
    server.consult("db", "upgrade")
    server.consult("demo")
    subprocess.run([sys.executable, "-c", PLACING], cwd=ROOT, env=server.environment, check=True)
    server.start(command=[sys.executable, "-c", TELLING, "serve", "--port", str(server.port)])
    server.wait()
    yield server
    server.stop()


@pytest.mark.slow
def test_what_is_similar_is_found_by_words_alone(platform):
    with closing(sqlite3.connect(platform.folder / "jisi.sqlite3")) as database:
        slug, title = database.execute(PUBLIC).fetchone()
    asked = f"/api/topics/{slug}/similar?title={quote(title)}"
    found = json.loads(platform.get(asked)[2])["items"]
    office = Walker(platform.url)
    office.sign_in("he.ningyuan@example.org", "jisi-demo-2026")
    office.crawl("/office", most=150)
    platform.get("/readyz")

    assert title in [one["title"] for one in found]
    assert not [status for status in office.statuses if status >= 500]
    platform.stop()
    modules = json.loads(Path(platform.environment["MODULES"]).read_text())
    assert not HEAVY & {name.partition(".")[0] for name in modules}
