"""`consult import`, killed again and again without warning, brings every row in once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from consult.services.records import ledger
from models.ledger import LedgerEntry
from models.person import Person, PersonKind
from models.suggestion import Suggestion
from models.transfer import Transfer, TransferState

ROWS, KILLS = 30_000, 20
CONSULT = Path(sys.executable).parent / "consult"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "messages.csv"
    lines = (f"{n},第{n}个小区缺少充电桩，希望尽快安装。,u{n % 20_000}" for n in range(ROWS))
    path.write_text("编号,内容,用户\n" + "\n".join(lines), encoding="utf-8")
    return path


def start(app, table):
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "JISI_DATA_DIR": str(app.config["DATA_DIR"]),
        "SECRET_KEY": "a secret for tests",
        "SEALING_KEY": "another secret for tests",
        "JISI_ENCODER": "hashing",
    }
    command = [CONSULT, "import", table, "--topic", "parking", "--no-group", "--resume"]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def seen(session):
    """What a glance at the transfer shows: it changes with every piece."""
    session.rollback()
    found = session.execute(
        select(Transfer.id, Transfer.worker, Transfer.position, Transfer.beat_at)
    ).all()
    session.rollback()
    return found


def kill_at_work(process, session, random):
    """Wait until it has begun to work, a while more, and kill it."""
    before = seen(session)
    while process.poll() is None and seen(session) == before:
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.5))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_killed_at_random_points_every_row_is_in_once(app, session, make, table):
    topic = make.topic(slug="parking")
    session.commit()
    moments, kills = random.Random(4), 0
    while kills < KILLS:
        killed = kill_at_work(start(app, table), session, moments)
        assert killed, "it was done before it was killed often enough: give it more rows"
        kills += 1

    output, errors = start(app, table).communicate(timeout=300)

    [transfer] = session.scalars(select(Transfer))
    assert transfer.state is TransferState.FINISHED, output + errors
    assert (transfer.added, transfer.known, transfer.refused) == (ROWS, 0, 0)
    stored = session.scalars(select(Suggestion.external_id).filter_by(topic_id=topic.id)).all()
    assert sorted(map(int, stored)) == list(range(ROWS))
    people = select(func.count()).where(Person.kind == PersonKind.IMPORTED)
    assert session.scalar(people) == 20_000
    entries = select(func.count()).where(LedgerEntry.act == "suggestion.imported")
    assert session.scalar(entries) == ROWS
    assert ledger.first_broken(session) is None
