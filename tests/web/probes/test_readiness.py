"""What machines ask: each part is told, and a server that cannot serve says so."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from consult import ending
from consult.services.grouping.similarity import TopicIndexes
from consult.services.overview import workers
from consult.services.overview.workers import Sign


@pytest.fixture
def ask(pages, session):
    def ask(path="/readyz"):
        answer = pages.client.get(path)
        return answer.status_code, answer.get_json()

    return ask


def worked(session, now):
    sign = Sign(id="w", host="h", pid=1, embedded=False, lanes="quick", started_at=now)
    workers.beat(session, sign, now=now)
    session.commit()


def test_every_part_is_told(ask):
    status, parts = ask()

    assert status == 200, parts
    assert {"serving", "disk", "model", "migrations", "database", "jobs", "queue"} <= parts.keys()
    assert ask("/api/readyz")[1].keys() == parts.keys()


def test_an_old_schema_is_not_ready_and_a_newer_one_is(ask, session):
    session.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    session.commit()
    status, parts = ask()
    assert (status, parts["migrations"]["ok"]) == (503, False)
    assert "this release needs" in parts["migrations"]["detail"]

    session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    session.commit()
    status, parts = ask()
    assert status == 200
    assert parts["migrations"]["detail"] == "at 9999, newer than this release"


def test_work_that_stands_still_is_no_reason_to_send_readers_away(ask, session, clock, now):
    worked(session, now)
    clock.advance(minutes=30)

    status, parts = ask()
    assert (status, parts["jobs"]["ok"]) == (503, False)
    assert ask("/readyz/pages")[0] == 200


def test_too_little_room_is_told(ask, app):
    app.config["DISK_LEAST_MB"] = 10**9

    status, parts = ask()
    assert (status, parts["disk"]["ok"]) == (503, False)


def test_a_missing_model_is_told_and_pages_go_on(ask, app, pages, tmp_path):
    (tmp_path / "modules.json").write_text("StaticEmbedding")
    app.extensions["indexes"] = TopicIndexes(str(tmp_path))

    status, parts = ask()
    assert (status, parts["model"]["ok"]) == (503, False)
    assert ask("/readyz/pages")[0] == 200
    pages.get("/about")


def test_a_server_that_ends_says_so(ask, monkeypatch):
    monkeypatch.setattr(ending, "_NEAR", bytearray(b"\1"))

    status, parts = ask("/readyz/pages")
    assert (status, parts["serving"]) == (503, {"ok": False, "detail": "draining"})


def test_probes_tell_no_secret_and_set_no_cookie(pages, app):
    for path in ("/livez", "/readyz", "/metrics"):
        answer = pages.client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert app.config["SECRET_KEY"] not in answer.text
        assert str(app.config["SEALING_KEY"]) not in answer.text


def test_numbers_tell_what_waits(pages, session, make, now):
    make.suggestion(make.topic(opens_at=now - timedelta(days=1)))
    session.commit()

    text = pages.client.get("/metrics").text
    assert 'jisi_job_waiting{job="letters"} 0.0' in text
    assert 'jisi_part_well{part="migrations"} 1.0' in text
    assert "jisi_workers_alive 0.0" in text
