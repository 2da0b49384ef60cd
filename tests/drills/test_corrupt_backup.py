"""What comes back from a backup is looked at: damage and tampering are named, not served."""

import copy
import shutil

import pytest
import sqlalchemy as sa

from consult.services.records import ledger
from tests.drills.stage import Stage

pytestmark = pytest.mark.slow  # each asks the doctor, a process of its own


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A platform on SQLite with some acts in its ledger."""
    stage = Stage(tmp_path_factory.mktemp("whole"), database="sqlite", encoder="hashing")
    with stage.rows() as (session, make):
        topic = make.topic()
        for _ in range(40):
            suggestion = make.suggestion(topic)
            author, when = suggestion.author, suggestion.created_at
            ledger.record(session, "suggestion.submitted", suggestion, actor=author, now=when)
    execute(stage, "PRAGMA wal_checkpoint(TRUNCATE)")
    return stage


@pytest.fixture
def stage(whole, tmp_path):
    """What came back from its backup."""
    back = copy.copy(whole)
    back.folder = shutil.copytree(whole.folder, tmp_path / "back")
    back.environment = whole.environment | {
        "JISI_DATA_DIR": str(back.folder / "data"),
        "DATABASE_URL": f"sqlite:///{back.folder / 'jisi.sqlite3'}",
    }
    return back


def execute(stage, statement):
    engine = sa.create_engine(stage.environment["DATABASE_URL"])
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def looked_at(stage):
    ran = stage.attempt("doctor", "--ledger")
    return ran.returncode, ran.stdout + ran.stderr


def test_a_whole_backup_is_well(stage):
    code, said = looked_at(stage)

    assert "every entry fits the one before" in said
    assert code == 0, said


def test_a_damaged_file_is_named_and_nothing_is_served_from_it(stage):
    file = stage.folder / "jisi.sqlite3"
    with file.open("r+b") as damaged:
        damaged.seek(5 * 4096)
        damaged.write(b"\xff" * 4096 * 60)

    code, said = looked_at(stage)

    assert code != 0
    assert "malformed" in said or "SQLite says" in said, said


def test_half_a_file_is_named(stage):
    file = stage.folder / "jisi.sqlite3"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])

    code, said = looked_at(stage)

    assert code != 0
    assert "malformed" in said or "SQLite says" in said, said


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET actor_id = NULL WHERE id = 20",
        "DELETE FROM ledger_entry WHERE id = 20",
        "DELETE FROM ledger_entry WHERE id > 30",
    ],
    ids=["altered", "one gone", "cut off"],
)
def test_an_altered_ledger_is_named(stage, change):
    execute(stage, change)

    code, said = looked_at(stage)

    assert code != 0
    assert "does not fit" in said


def test_without_its_key_what_was_sealed_is_missed(stage):
    shutil.move(stage.folder / "data" / "sealing_key", stage.folder / "elsewhere")

    code, said = looked_at(stage)

    assert code != 0, said
    assert "seal" in said.lower()
