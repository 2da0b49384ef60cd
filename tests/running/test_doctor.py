"""`consult doctor` before things that are really broken."""

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import databases as engines
from tests.running.server import CONSULT, ROOT, Server

LONG = "0123456789abcdef0123456789abcdef0123"


@pytest.fixture
def platform(tmp_path, database):
    """A platform that is well, on the database of this run."""
    server = Server(tmp_path / "data", database=database, SECRET_KEY=LONG, SEALING_KEY=LONG[::-1])
    if engines.KIND == "postgresql":
        engine = sa.create_engine(database)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS vector")
        engine.dispose()
    return server


def examine(platform, *options, **settings):
    """What the doctor finds, by name; and how it ends."""
    ran = subprocess.run(
        [*CONSULT, "doctor", "--json", *options],
        cwd=ROOT,
        env=platform.environment | {name: str(value) for name, value in settings.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {one["name"]: one for one in json.loads(ran.stdout)}
    return found, ran.returncode


def test_a_platform_that_is_well_passes(platform):
    found, status = examine(platform, "--ledger")

    assert status == 0, found
    assert {found[name]["state"] for name in ("disk", "clock", "SECRET_KEY", "model")} == {"well"}
    assert {found[name]["state"] for name in ("database", "migrations", "ledger")} == {"well"}


@pytest.mark.slow
def test_people_get_words_and_advice(platform):
    words = platform.consult("doctor")

    assert "ok  database:" in words
    assert "→ Set JISI_MAIL=smtp and JISI_SMTP_URL" in words


def test_an_old_schema_is_named_with_the_command_that_renews_it(platform):
    platform.consult("db", "downgrade", "0004")

    found, status = examine(platform)
    assert status == 1
    assert found["migrations"]["seen"].startswith("at 0004, this release needs")
    assert found["migrations"]["advice"] == "consult db upgrade"


@pytest.mark.slow
def test_a_damaged_file_is_told_apart_from_one_that_is_away(platform, tmp_path):
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"this is no database, whatever its name says" * 100)

    found, status = examine(platform, DATABASE_URL=f"sqlite:///{broken}")
    assert status == 1
    assert "put the last backup in its place" in found["database"]["advice"]


@pytest.mark.slow
def test_a_server_that_is_away_is_named_without_its_password(platform):
    found, status = examine(platform, DATABASE_URL="postgresql+psycopg://u:hush@127.0.0.1:9/x")

    assert status == 1
    assert "Start the database" in found["database"]["advice"]
    assert "hush" not in json.dumps(found)


@pytest.mark.server
def test_a_missing_extension_and_a_missing_database_are_told(platform):
    engine = sa.create_engine(platform.environment["DATABASE_URL"])
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP EXTENSION vector CASCADE")
    engine.dispose()

    found, status = examine(platform)
    assert (status, found["pgvector"]["state"]) == (1, "failure")
    assert "CREATE EXTENSION vector" in found["pgvector"]["advice"]

    nowhere = sa.make_url(platform.environment["DATABASE_URL"]).set(database="nowhere")
    found, status = examine(platform, DATABASE_URL=nowhere.render_as_string(hide_password=False))
    assert "createdb" in found["database"]["advice"]


def test_secrets_that_are_short_known_or_readable_by_others_fail(platform):
    found, status = examine(platform, SECRET_KEY="short", SEALING_KEY="change-me" * 9)
    assert status == 1
    assert found["SECRET_KEY"]["seen"] == "5 characters"
    assert found["SEALING_KEY"]["seen"] == "it stands in an example"

    found, _status = examine(platform, SECRET_KEY="", SEALING_KEY="")
    assert found["SECRET_KEY"]["state"] == "well"
    key = platform.folder / "sealing_key"
    key.chmod(0o644)
    found, status = examine(platform, SECRET_KEY="", SEALING_KEY="")
    assert (status, found["SEALING_KEY"]["advice"]) == (1, f"chmod 600 {key}")


def test_a_key_that_does_not_open_the_database_is_found(platform, session, make):
    make.person()
    session.commit()
    platform.environment["SEALING_KEY"] = "another secret for tests"

    found, _status = examine(platform)
    assert found["sealed data"]["state"] == "well", found
    found, status = examine(platform, SEALING_KEY=LONG[::-1])
    assert (status, found["sealed data"]["state"]) == (1, "failure")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_full_disk_is_found(platform, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)], check=False
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (small / "fill").write_bytes(b"0" * 60_000)
        found, status = examine(platform, JISI_DATA_DIR=small)
        assert (status, found["disk"]["state"]) == (1, "failure")
        assert "Free space" in found["disk"]["advice"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.slow
def test_an_altered_ledger_is_found(platform, session, make):
    topic = make.topic()
    from consult.services.records import ledger  # noqa: PLC0415
    from tests.conftest import NOW  # noqa: PLC0415

    ledger.record(session, "topic.created", topic, actor=None, now=NOW, number=1)
    session.commit()
    found, _status = examine(platform, "--ledger")
    assert found["ledger"]["state"] == "well"

    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET session_replication_role = replica"))
    else:
        for name in session.scalars(
            sa.text("SELECT name FROM sqlite_master WHERE type='trigger'")
        ).all():
            session.execute(sa.text(f'DROP TRIGGER "{name}"'))
    session.execute(sa.text("UPDATE ledger_entry SET hash = :hash"), {"hash": "0" * 64})
    session.commit()
    found, status = examine(platform, "--ledger")
    assert (status, found["ledger"]["state"]) == (1, "failure")


@pytest.mark.slow
def test_settings_that_contradict_each_other_fail(platform):
    found, status = examine(platform, JISI_PUBLIC_URL="https://jisi.example")
    assert (status, found["https"]["advice"]) == (1, "Set JISI_HTTPS=1")

    found, _status = examine(platform, JISI_PUBLIC_URL="http://jisi.example")
    assert found["public address"]["state"] == "failure"


@pytest.mark.slow
def test_a_mail_server_that_is_down_is_found(platform):
    settings = {"JISI_MAIL": "smtp", "JISI_SMTP_URL": "smtp://127.0.0.1:9"}
    found, status = examine(platform, "--mail", **settings)

    assert (status, found["mail server"]["state"]) == (1, "failure")


@pytest.mark.slow
def test_a_model_that_is_missing_is_found(platform, tmp_path):
    empty = tmp_path / "model"
    empty.mkdir()
    (empty / "modules.json").write_text("StaticEmbedding")

    found, status = examine(platform, JISI_ENCODER=empty)
    assert (status, found["model"]["state"]) == (1, "failure")


@pytest.mark.embedded
def test_a_backup_that_was_put_back_passes_with_its_keys_only(platform, tmp_path, session, make):
    make.person()
    session.commit()
    platform.environment["SEALING_KEY"] = "another secret for tests"
    kept, back = tmp_path / "kept.sqlite3", tmp_path / "back"
    source = sqlite3.connect(sa.make_url(platform.environment["DATABASE_URL"]).database)
    with sqlite3.connect(kept) as copy:
        source.backup(copy)
    back.mkdir()
    shutil.copy(kept, back / "jisi.sqlite3")

    found, status = examine(
        platform, "--ledger", JISI_DATA_DIR=back, DATABASE_URL=f"sqlite:///{back / 'jisi.sqlite3'}"
    )
    assert found["sealed data"]["state"] == "well"
    assert found["ledger"]["state"] == "well"
    assert Path(back / "jisi.sqlite3").exists()
    assert status == 1, "the sealing key of tests is short, and nothing else is wrong"
    assert [name for name, one in found.items() if one["state"] == "failure"] == ["SEALING_KEY"]
