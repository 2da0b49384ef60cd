"""The page of an import or export: how far it is, cancel, run again, fetch; uploads of any size."""

import io
import re
from http import HTTPStatus

import pytest
from sqlalchemy import func, select

from consult.extensions import means
from consult.jobs import transfers as job
from consult.services.exchange import carrying
from consult.web.office import exchange
from models.ledger import LedgerEntry
from models.person import Role
from models.suggestion import Suggestion
from models.transfer import Transfer, TransferState


@pytest.fixture
def topic(make):
    return make.topic(slug="parking")


@pytest.fixture
def staff(pages, make, topic):
    return pages.speak("en").sign_in(make.staff(Role.ANALYST, topic.agency))


@pytest.fixture
def in_background(monkeypatch):
    """Nothing is small enough to be done at once."""
    monkeypatch.setattr(exchange, "SMALL_FILE", 0)
    monkeypatch.setattr(exchange, "SMALL_EXPORT", -1)


def table(count):
    return "编号,内容\n" + "".join(f"{n},第{n}件事\n" for n in range(count))


def bring_in(staff, content):
    data = content if isinstance(content, bytes) else content.encode()
    page = staff.post("/office/topics/parking/exchange", file=(io.BytesIO(data), "table.csv"))
    token = re.search(r'name="token" type="hidden" value="([^"]+)"', page)[1]
    columns = {"column-body": "内容", "column-id": "编号"}
    return staff.post("/office/topics/parking/exchange/import", token=token, **columns)


def carry(session, now, pieces=99):
    for number in job.waiting(session, now):
        for _piece in range(pieces):
            if not job.carry(session, now, number):
                break
            session.commit()
    session.commit()


def address(session, act=""):
    [number] = session.scalars(select(Transfer.id))
    return f"/office/topics/parking/transfers/{number}{act}"


def test_a_large_file_is_brought_in_by_a_job_and_its_page_says_how_far(
    staff, session, now, in_background, monkeypatch
):
    monkeypatch.setattr(carrying, "CHUNK", 10)
    page = bring_in(staff, table(35))
    assert "It begins within seconds." in page
    assert "data-refresh" in page

    carry(session, now, pieces=3)
    page = staff.get(address(session))
    assert "20 of 35 rows" in page
    assert 'max="35" value="20"' in page

    carry(session, now)
    page = staff.get(address(session))
    assert "35 of 35 rows" in page
    assert "data-refresh" not in page


def test_it_is_cancelled_and_run_again_from_where_it_was(
    staff, session, now, topic, in_background, monkeypatch
):
    monkeypatch.setattr(carrying, "CHUNK", 10)
    bring_in(staff, table(35))
    carry(session, now, pieces=2)

    page = staff.post(address(session, "/cancel"))
    carry(session, now)
    assert "Cancelled" in page
    assert session.scalar(select(func.count(Suggestion.id))) == 10

    staff.post(address(session, "/again"))
    carry(session, now)
    assert session.scalar(select(func.count(Suggestion.id))) == 35


def test_a_failed_one_says_why(staff, session, now, topic, in_background):
    bring_in(staff, table(3))
    [transfer] = session.scalars(select(Transfer))
    transfer.state, transfer.error = TransferState.FAILED, carrying.DISK
    session.commit()

    page = staff.get(address(session))

    assert "The disk of the server is full" in page
    assert "Run again" in page


def test_a_large_export_is_fetched_when_it_is_done_and_that_is_on_record(
    staff, session, make, topic, now, in_background
):
    make.suggestion(topic, "建议一")
    page = staff.post("/office/topics/parking/export", format="csv")
    assert "It begins within seconds." in page
    staff.post(address(session, "/file"), status=HTTPStatus.GONE)

    carry(session, now)
    assert "Download" in staff.get(address(session))
    sent = staff.client.post(address(session, "/file"))

    assert "建议一" in sent.data.decode("utf-8-sig")
    assert sent.headers["Content-Disposition"].endswith(".csv")
    acts = session.scalars(select(LedgerEntry.act).order_by(LedgerEntry.id)).all()
    assert acts == ["topic.exported", "topic.export_fetched"]


@pytest.mark.parametrize("act", ["/cancel", "/again", "/file"])
def test_an_auditor_who_may_only_export_touches_no_import(
    staff, session, make, topic, in_background, act
):
    bring_in(staff, table(3))
    staff.sign_in(make.staff(Role.AUDITOR, topic.agency))

    staff.post(address(session, act), status=HTTPStatus.FORBIDDEN)


def test_a_transfer_of_another_consultation_is_not_found(staff, session, make, topic):
    bring_in(staff, table(3))
    make.topic(slug="other", agency=topic.agency)

    staff.get(address(session).replace("parking", "other"), status=HTTPStatus.NOT_FOUND)


def test_one_that_waits_for_another_says_so(staff, session, now, in_background):
    bring_in(staff, table(35))
    assert "has to end first" not in staff.get(address(session))

    page = bring_in(staff, table(20))

    assert "An earlier import of this consultation has to end first." in page
    carry(session, now)
    carry(session, now)
    assert session.scalars(select(Transfer.state)).all() == [TransferState.FINISHED] * 2


def test_the_latest_are_listed_where_they_begin(staff, session):
    bring_in(staff, table(3))

    page = staff.get("/office/topics/parking/exchange")

    assert f'href="{address(session)}"' in page


def test_a_table_may_be_larger_than_any_other_request(staff, session, app, topic):
    long = "编号,内容\n" + "".join(f"{n},{'长' * 5000}{n}\n" for n in range(1000))
    assert len(long.encode()) > app.config["MAX_CONTENT_LENGTH"]

    page = bring_in(staff, long)

    assert "It begins within seconds." in page
    [transfer] = session.scalars(select(Transfer))
    assert carrying.carry_on(session, transfer.id, means(session.commit))
    assert transfer.total == 1000


def test_beyond_its_own_limit_a_table_is_refused_in_a_sentence(staff, app):
    app.config["IMPORT_MAX_BYTES"] = 1 << 20
    file = (io.BytesIO(b"x" * (2 << 20)), "table.csv")

    page = staff.post(
        "/office/topics/parking/exchange", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, file=file
    )

    assert "The file is larger than 1 MB." in page


@pytest.mark.parametrize("role", [None, Role.AUDITOR])
def test_only_who_may_import_may_send_so_much(staff, pages, make, app, topic, role):
    if role:
        pages.sign_in(make.staff(role, topic.agency))
    else:
        pages.sign_in(make.person())
    content = b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)

    answer = pages.client.post(
        "/office/topics/parking/exchange",
        data={"file": (io.BytesIO(content), "table.csv")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_an_upload_without_the_token_of_its_form_is_not_taken(staff, app, session):
    app.config["WTF_CSRF_ENABLED"] = True

    staff.post(
        "/office/topics/parking/exchange",
        status=HTTPStatus.BAD_REQUEST,
        file=(io.BytesIO(table(3).encode()), "table.csv"),
    )
