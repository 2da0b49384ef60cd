"""The database is away, full or restarted: an honest page, and nothing said to be saved that is not."""

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from consult.app import create_app
from consult.extensions import db
from models.agency import Agency
from models.person import Role
from tests.conftest import settings

AWAY = ["sqlite:////no/such/folder/x.sqlite3", "postgresql+psycopg://nobody@127.0.0.1:1/nothing"]


@pytest.fixture(params=AWAY, ids=["sqlite", "postgresql"])
def visitor(request, tmp_path, clock):
    return create_app(**settings(tmp_path, request.param), CLOCK=clock).test_client()


@pytest.fixture
def full_disk(app, session):
    """The moment of the commit fails, as it does when nothing more can be written."""

    def refuse(connection):
        raise OperationalError("COMMIT", {}, OSError("No space left on device"))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    engine = session.get_bind()
    yield lambda: event.listen(engine, "commit", refuse)
    event.remove(engine, "commit", refuse)


def test_a_page_says_when_to_come_again(visitor):
    answer = visitor.get("/topics")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "暂时无法使用" in answer.text


def test_who_is_signed_in_is_told_as_well(visitor):
    with visitor.session_transaction() as cookie:
        cookie["_user_id"] = "a token"

    answer = visitor.get("/", headers={"Accept-Language": "en"})

    assert answer.status_code == 503
    assert "Not available at the moment" in answer.text


def test_programs_are_told_in_their_own_form(visitor):
    answer = visitor.get("/topics", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["status"]) == (503, 503)


def test_not_ready_but_alive(visitor):
    assert visitor.get("/api/readyz").status_code == 503
    assert visitor.get("/api/livez").status_code == 200


def test_what_cannot_be_committed_is_not_acknowledged(session, make, pages, full_disk):
    administrator = make.staff(Role.ADMINISTRATOR, make.agency())
    pages.sign_in(administrator)
    session.commit()
    full_disk()

    answer = pages.client.post("/admin/agencies/new", data={"name": "新局", "slug": "new-office"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    session.rollback()
    assert session.scalar(select(Agency).filter_by(slug="new-office")) is None


@pytest.mark.server
def test_connections_that_died_while_idle_are_replaced(app, pages):
    pages.get("/topics")
    with app.app_context(), db.engine.connect() as other:
        other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    assert pages.client.get("/topics").status_code == 200
