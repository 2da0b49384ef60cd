"""Import and export on pages: look first, then bring in; bad rows by line; everything on record."""

import csv
import io
import json
import re
from http import HTTPStatus

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from models.ledger import LedgerEntry
from models.person import Role
from models.suggestion import Suggestion
from models.topic import TopicState

TABLE = "编号,内容,备注\n1,建议增加公交班次。,甲\n2,,乙\n"


@pytest.fixture
def topic(make):
    return make.topic(slug="parking")


@pytest.fixture
def staff(pages, make, topic):
    return pages.speak("en").sign_in(make.staff(Role.ANALYST, topic.agency))


def upload(staff, content=TABLE, name="table.csv", *, encoding="utf-8", **more):
    data = content if isinstance(content, bytes) else content.encode(encoding)
    return staff.post("/office/topics/parking/exchange", file=(io.BytesIO(data), name), **more)


def token_of(page):
    return re.search(r'name="token" type="hidden" value="([^"]+)"', page)[1]


def bring_in(staff, page, **more):
    fields = {"token": token_of(page), "column-body": "内容", "column-id": "编号"}
    return staff.post("/office/topics/parking/exchange/import", **{**fields, **more})


def stored(session, topic):
    return session.scalars(select(Suggestion.facts).filter_by(topic_id=topic.id)).all()


def test_a_file_is_looked_at_before_anything_comes_in(staff, session, topic):
    page = upload(staff, encoding="gbk")

    assert "建议增加公交班次。" in page
    assert "<option selected>内容</option>" in page
    assert stored(session, topic) == []


def test_rows_come_in_and_bad_ones_are_named_by_line(staff, session, topic):
    page = bring_in(staff, upload(staff))

    assert stored(session, topic) == ["建议增加公交班次。"]
    assert "The row has no text." in page
    assert 'data-label="Line" class="numeric">3<' in page


def test_all_bad_rows_can_be_taken_as_a_file(staff):
    page = bring_in(staff, upload(staff))
    link = re.search(r'href="([^"]+/bad-rows)"', page)[1]

    text = staff.client.get(link).data.decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text)))[1] == ["3", "The row has no text."]


def test_a_column_may_be_chosen_by_hand(staff, session, topic):
    page = upload(staff, "甲栏,乙栏\n希望多种树,x\n")

    bring_in(staff, page, **{"column-body": "甲栏", "column-id": ""})

    assert stored(session, topic) == ["希望多种树"]


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"column-body": ""}, "No column holds the text"),
        ({"column-body": "没有这一栏"}, "One of the columns is not in the file"),
        ({"column-title": "内容"}, "A column is chosen twice"),
    ],
)
def test_a_wrong_choice_of_columns_can_be_mended(staff, session, topic, columns, why):
    page = bring_in(staff, upload(staff), status=HTTPStatus.UNPROCESSABLE_ENTITY, **columns)

    assert why in page
    assert token_of(page)
    assert stored(session, topic) == []


def test_texts_are_shown_only_where_that_is_ticked(staff, session, topic):
    bring_in(staff, upload(staff))
    bring_in(staff, upload(staff, "编号,内容\n9,可以公开\n"), publish_text="y")

    shown = dict(session.execute(select(Suggestion.facts, Suggestion.publish_text)).all())
    assert shown == {"建议增加公交班次。": False, "可以公开": True}


def test_a_workbook_comes_in(staff, session, topic):
    book, stream = Workbook(), io.BytesIO()
    book.active.append(["编号", "内容"])
    book.active.append([1, "来自工作簿"])
    book.save(stream)

    bring_in(staff, upload(staff, stream.getvalue(), "table.xlsx"))

    assert stored(session, topic) == ["来自工作簿"]


def test_json_lines_come_in(staff, session, topic):
    line = json.dumps({"编号": "1", "内容": "来自数据行"}, ensure_ascii=False)

    bring_in(staff, upload(staff, line, "table.jsonl"))

    assert stored(session, topic) == ["来自数据行"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"%PDF-1.7\n\x00\x01\x02", "letter.pdf"),
        (b"PK\x03\x04 not really", "broken.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.xls"),
        (b"a,a\n1,2\n", "twice.csv"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(staff, session, content, name):
    page = upload(staff, content, name, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    assert 'class="field-error"' in page
    assert session.scalars(select(Suggestion)).all() == []


def test_without_a_file_the_page_asks_for_one(staff):
    page = staff.post("/office/topics/parking/exchange", status=HTTPStatus.UNPROCESSABLE_ENTITY)

    assert "Choose a file." in page


def test_a_file_of_another_consultation_is_not_read(staff, pages, make, session):
    other = make.topic(slug="other")
    token = token_of(upload(staff))
    pages.sign_in(make.staff(Role.ANALYST, other.agency))

    pages.post(
        "/office/topics/other/exchange/import",
        status=HTTPStatus.GONE,
        **{"token": token, "column-body": "内容"},
    )

    assert stored(session, other) == []


@pytest.mark.parametrize("token", ["", "nonsense", "无效"])
def test_a_made_up_token_opens_nothing(staff, token):
    staff.post("/office/topics/parking/exchange/import", status=HTTPStatus.GONE, token=token)


def test_permission_is_asked_again_at_the_second_step(staff, pages, make, session, topic):
    token = token_of(upload(staff))
    pages.sign_in(make.staff(Role.AUDITOR, topic.agency))

    pages.post(
        "/office/topics/parking/exchange/import",
        status=HTTPStatus.FORBIDDEN,
        **{"token": token, "column-body": "内容"},
    )

    assert stored(session, topic) == []


def test_after_publication_nothing_is_imported(staff, session, topic):
    topic.state = TopicState.REPORTED

    upload(staff, status=HTTPStatus.CONFLICT)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "jsonl", "parquet"])
def test_everything_is_exported_and_on_record(staff, session, make, topic, kind):
    make.suggestion(topic, "建议一")

    answer = staff.client.post
    session.commit()
    sent = answer("/office/topics/parking/export", data={"format": kind})

    assert sent.headers["Content-Disposition"].endswith(f".{kind}")
    assert len(sent.data) > 100
    assert session.scalars(select(LedgerEntry.act)).all() == ["topic.exported"]


def test_a_stranger_sees_no_export(pages, make, topic):
    pages.sign_in(make.staff(Role.ANALYST, make.agency()))

    pages.get("/office/topics/parking/exchange", status=HTTPStatus.FORBIDDEN)
    pages.post("/office/topics/parking/export", status=HTTPStatus.FORBIDDEN, format="csv")
