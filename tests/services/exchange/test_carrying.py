"""Transfers, piece by piece: nothing lost, nothing doubled, faults said in a sentence."""

import csv
import errno
import io
import json
import os
import zipfile
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from consult.exceptions import Conflict, Gone, Invalid, NotAllowed
from consult.extensions import apart, means, storage
from consult.services.exchange import carrying, checking, transfer_turns, transfers, writing
from consult.services.records import ledger
from consult.services.suggesting import receipts
from consult.tables import map_columns, read_table
from models.ledger import LedgerEntry
from models.person import Role
from models.run import Run, RunCause, RunState
from models.suggestion import Suggestion
from models.topic import TopicState
from models.transfer import Transfer, TransferState
from tests.queries import counted_queries


@pytest.fixture
def topic(make):
    """Beside it, another topic with a suggestion of the same number."""
    make.suggestion(make.topic(), external_id="1")
    return make.topic()


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(carrying, "CHUNK", 10)


@pytest.fixture
def ask(session, topic, analyst, now):
    """Put a table in line: ``ask("编号,内容\\n1,甲\\n")``."""

    def put(content, name="table.csv", **more):
        content = content if isinstance(content, bytes) else content.encode()
        digest = storage().put(content)
        more.setdefault("mapping", {"id": "编号", "body": "内容"})
        made = transfers.ask_import(
            session,
            topic=topic,
            sha256=digest,
            filename=name,
            **{"actor": analyst, "zone": "Asia/Shanghai", "now": now, **more},
        )
        session.commit()
        return made

    return put


@pytest.fixture
def carry(session):
    """Carry a transfer out, up to so many pieces."""

    def run(transfer, pieces=99):
        for _piece in range(pieces):
            if not carrying.carry_on(session, transfer.id, means(session.commit)):
                break
            session.commit()
        session.refresh(transfer)
        return transfer

    return run


def table(count, start=1):
    return "编号,内容\n" + "".join(f"{n},第{n}件事\n" for n in range(start, start + count))


def numbers(session, topic):
    query = select(Suggestion.external_id).filter_by(topic_id=topic.id).order_by(Suggestion.id)
    return [int(one) for one in session.scalars(query)]


def counts(transfer):
    return transfer.state, transfer.added, transfer.known, transfer.refused


def test_a_table_comes_in_piece_by_piece_in_its_order(session, topic, ask, carry):
    transfer = carry(ask(table(25)))

    assert counts(transfer) == (TransferState.FINISHED, 25, 0, 0)
    assert numbers(session, topic) == list(range(1, 26))


def test_nothing_is_written_before_all_was_checked(session, topic, ask, carry):
    transfer = carry(ask(table(25)), pieces=1)

    assert (transfer.total, transfer.is_checked, numbers(session, topic)) == (25, True, [])


def test_bad_rows_are_reported_by_line_and_the_rest_goes_in(session, topic, ask, carry):
    transfer = carry(ask("编号,内容\n1,甲\n2,\n1,乙\n4,丙,丁\n5,戊\n"))

    with storage().path(transfer.report_sha256).open("rb") as report:
        found = [(one.line, one.reason[:22]) for one in checking.problems(report)]
    assert found == [
        (3, "The row has no text."),
        (4, "The number 1 stands in"),
        (5, "The row has 3 cells; t"),
    ]
    assert (numbers(session, topic), transfer.refused) == ([1, 5], 3)


def test_a_piece_that_dies_before_its_commit_is_done_again_and_only_once(
    session, topic, ask, carry
):
    transfer = carry(ask(table(35)), pieces=2)
    carrying.carry_on(session, transfer.id, means(session.commit))
    session.rollback()  # as a killed process leaves it

    carry(transfer)

    assert numbers(session, topic) == list(range(1, 36))
    assert counts(transfer) == (TransferState.FINISHED, 35, 0, 0)


def test_every_row_has_an_entry_in_an_unbroken_ledger_and_a_receipt_that_proves_it(
    session, topic, ask, carry
):
    carry(ask(table(60)))

    acts = session.scalars(select(LedgerEntry.act).filter_by(topic_id=topic.id)).all()
    assert acts == ["suggestion.imported"] * 60 + ["topic.imported"]
    assert ledger.first_broken(session) is None
    for one in session.scalars(select(Suggestion).filter_by(topic_id=topic.id)):
        assert receipts.proof(session, one).intact


def test_the_same_file_twice_adds_nothing(session, topic, ask, carry):
    carry(ask(table(12)))

    again = carry(ask(table(12)))

    assert counts(again) == (TransferState.FINISHED, 0, 12, 0)
    assert len(numbers(session, topic)) == 12


def test_two_imports_into_one_topic_go_one_after_the_other(session, topic, ask, carry, now):
    first, second = ask(table(25)), ask(table(25, start=20))

    carry(second, pieces=1)
    assert second.state is TransferState.QUEUED
    assert transfer_turns.waiting(session, now) == [first.id]
    carry(first)
    carry(second)

    assert counts(second) == (TransferState.FINISHED, 19, 6, 0)
    assert numbers(session, topic) == list(range(1, 45))


def test_whoever_holds_a_transfer_keeps_it_until_silent_for_half_a_minute(
    session, ask, carry, clock
):
    transfer = ask(table(5))
    transfer.state, transfer.worker, transfer.beat_at = TransferState.RUNNING, "other", clock()
    session.commit()

    assert carry(transfer).added == 0
    clock.advance(seconds=31)
    assert carry(transfer).added == 5


def test_cancelled_on_the_way_what_is_in_stays_and_run_again_goes_on(
    session, topic, ask, carry, analyst, now
):
    transfer = carry(ask(table(35)), pieces=3)
    transfers.cancel(session, transfer=transfer, actor=analyst, now=now)
    assert numbers(session, topic) == list(range(1, 21))

    assert carry(transfer).state is TransferState.CANCELLED
    transfers.run_again(session, transfer=transfer, actor=analyst)
    carry(transfer)

    assert counts(transfer) == (TransferState.FINISHED, 35, 0, 0)
    assert numbers(session, topic) == list(range(1, 36))


def test_cancelled_while_it_is_checked_it_ends_there(session, topic, ask, carry, monkeypatch, now):
    monkeypatch.setattr(checking, "BETWEEN", 5)
    transfer = ask(table(25))
    number = transfer.id

    def cancel_then(done):
        with apart() as other:
            found = other.get(Transfer, number)
            found.state = TransferState.CANCELLED
        assert done == 5

    given = means(session.commit)
    carrying.carry_on(session, number, replace(given, told=cancel_then))
    session.commit()

    session.refresh(transfer)
    assert (transfer.state, transfer.is_checked) == (TransferState.CANCELLED, False)


def test_what_is_under_way_or_done_is_not_run_again(session, ask, carry, analyst):
    transfer = ask(table(3))

    with pytest.raises(Conflict):
        transfers.run_again(session, transfer=transfer, actor=analyst)
    carry(transfer)
    with pytest.raises(Conflict):
        transfers.run_again(session, transfer=transfer, actor=analyst)


def test_others_cannot_cancel_or_run_again(session, make, ask, now):
    transfer, stranger = ask(table(3)), make.staff(Role.ANALYST, make.agency())

    with pytest.raises(NotAllowed):
        transfers.cancel(session, transfer=transfer, actor=stranger, now=now)
    with pytest.raises(NotAllowed):
        transfers.run_again(session, transfer=transfer, actor=stranger)


def test_a_topic_that_is_answered_meanwhile_takes_no_more(session, topic, ask, carry):
    transfer = carry(ask(table(25)), pieces=2)
    topic.state = TopicState.REPORTED
    session.commit()

    carry(transfer)

    assert transfer.state is TransferState.FAILED
    assert "at a stage in which this cannot be done" in transfer.error
    assert len(numbers(session, topic)) == 10


def test_whoever_is_dismissed_meanwhile_imports_no_more(session, topic, ask, carry, analyst):
    transfer = carry(ask(table(25)), pieces=2)
    analyst.appointments.clear()
    session.commit()

    assert carry(transfer).error == "Your roles do not allow this."


def test_a_database_that_is_away_fails_nothing_and_is_gone_on_with(
    session, topic, ask, carry, monkeypatch
):
    transfer = carry(ask(table(25)), pieces=2)

    def away(*_args, **_more):
        session.execute(text("SELECT 1"))
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    with monkeypatch.context() as broken:
        broken.setattr(carrying, "write", away)
        with pytest.raises(OperationalError):
            carrying.carry_on(session, transfer.id, means(session.commit))
        session.rollback()
    carry(transfer)

    assert counts(transfer) == (TransferState.FINISHED, 25, 0, 0)


def test_a_row_that_the_database_refuses_fails_the_import_and_names_no_data(
    session, topic, ask, carry, monkeypatch
):
    row = writing._row
    monkeypatch.setattr(writing, "_row", lambda *a, **k: {**row(*a, **k), "query_code": None})

    transfer = carry(ask(table(5)))

    assert transfer.state is TransferState.FAILED
    assert transfer.error.startswith("A fault of ours")
    assert transfer.error_params["fault"] in {"IntegrityError", "NotNullViolation"}
    assert numbers(session, topic) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "jsonl", "parquet"])
def test_a_full_disk_fails_an_export_in_a_sentence_and_leaves_nothing(
    session, make, topic, analyst, now, carry, monkeypatch, kind
):
    make.suggestion(topic)
    transfer = transfers.ask_export(session, topic=topic, kind=kind, actor=analyst, now=now)
    session.commit()

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        carry(transfer)
    assert transfer.state is TransferState.FAILED
    assert transfer.error.startswith("The disk of the server is full")
    assert not list((storage().folder / "incoming").iterdir())

    transfers.run_again(session, transfer=transfer, actor=analyst)
    assert carry(transfer).state is TransferState.FINISHED


def test_a_file_that_was_dropped_meanwhile_is_asked_for_again(session, ask, carry):
    transfer = ask(table(3))
    storage().drop(transfer.sha256)

    carry(transfer)

    assert transfer.error == "The file is no longer here. Please choose it again."


def test_files_are_kept_for_some_days_and_then_forgotten(session, ask, carry, analyst, clock):
    carry(ask(table(3)))
    cancelled = ask(table(4))
    transfers.cancel(session, transfer=cancelled, actor=analyst, now=clock())
    assert transfers.forget_files(session, before=clock()) == 0

    clock.advance(days=8)
    assert transfers.forget_files(session, before=clock() - timedelta(days=7)) == 2

    session.expire_all()
    assert list(transfers.files(session)) == []
    with pytest.raises(Gone):
        transfers.run_again(session, transfer=cancelled, actor=analyst)


def test_a_large_import_asks_for_a_run_and_a_small_one_does_not(
    session, topic, ask, carry, monkeypatch
):
    monkeypatch.setattr(carrying, "LEFT_TO_A_RUN", 20)
    carry(ask(table(20)))
    assert session.scalars(select(Run)).all() == []

    carry(ask(table(21, start=100)))

    [run] = session.scalars(select(Run))
    assert (run.cause, run.state, run.topic_id) == (RunCause.IMPORT, RunState.QUEUED, topic.id)


def half_a_workbook():
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["编号", "内容"])
    for n in range(200):
        book.active.append([n, f"第{n}件事" * 9])
    book.save(stream)
    return stream.getvalue()[: len(stream.getvalue()) // 2]


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<c>" * (100 << 20))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (half_a_workbook(), "half.xlsx", "not an Excel workbook"),
        (bomb(), "bomb.xlsx", "too large"),
        (table(40).encode("gbk")[:-2] + b"\xff\xff\xff", "wrong.csv", "neither UTF-8 nor GBK"),
    ],
)
def test_a_damaged_file_fails_whole_and_nothing_comes_in(
    session, topic, ask, carry, content, name, why
):
    transfer = carry(ask(content, name))

    assert transfer.state is TransferState.FAILED
    assert why in transfer.error % transfer.error_params
    assert numbers(session, topic) == []


def test_of_half_a_csv_all_whole_rows_come_in(session, topic, ask, carry):
    transfer = carry(ask('编号,内容\n1,甲\n2,乙\n3,"开了引号就断'))

    assert (numbers(session, topic), transfer.refused) == ([1, 2], 1)


def test_of_half_a_json_file_all_whole_rows_come_in(session, topic, ask, carry):
    line = json.dumps({"编号": "1", "内容": "甲"}, ensure_ascii=False)

    transfer = carry(ask(f'{line}\n{{"编号": "2", "内容', "t.jsonl"))

    assert (numbers(session, topic), transfer.refused) == ([1], 1)


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800"])
def test_what_no_database_holds_spoils_its_row_only(session, topic, ask, carry, bad):
    lines = f'{{"编号": "1", "内容": "{bad}"}}\n{{"编号": "2", "内容": "好"}}\n'

    transfer = carry(ask(lines, "t.jsonl"))

    assert (numbers(session, topic), transfer.refused) == ([2], 1)


@pytest.mark.parametrize(
    "row", ["1" * 300 + ",甲", "1," + "长" * 20_001, "1,\x00甲", "1," + "长" * 2_000_000]
)
def test_what_is_too_long_or_unstorable_is_left_out(session, topic, ask, carry, row):
    transfer = carry(ask(f"编号,内容\n{row}\n2,乙\n"))

    assert (numbers(session, topic), transfer.refused) == ([2], 1)


@pytest.mark.parametrize("time", ["0001-01-01 00:00", "9999-12-31 23:59", "2026-02-30"])
def test_a_time_that_no_calendar_has_is_left_out(session, topic, ask, carry, time):
    mapping = {"id": "编号", "body": "内容", "time": "时间"}

    transfer = carry(ask(f"编号,内容,时间\n1,甲,{time}\n2,乙,\n", mapping=mapping))

    assert (numbers(session, topic), transfer.refused) == ([2], 1)


def test_without_a_column_of_text_nothing_is_put_in_line(ask):
    with pytest.raises(Invalid, match="No column holds the text"):
        ask(table(3), mapping={"id": "编号"})


def test_an_export_is_of_one_moment_and_can_be_fetched_by_those_who_may(
    session, make, topic, analyst, now, carry
):
    for n in range(30):
        make.suggestion(topic, f"第{n}件")
    transfer = transfers.ask_export(session, topic=topic, kind="csv", actor=analyst, now=now)
    session.commit()
    carry(transfer)

    digest = transfers.fetch(session, transfer=transfer, actor=analyst, now=now)

    with storage().path(digest).open(encoding="utf-8-sig", newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == [f"第{n}件" for n in range(30)]
    acts = session.scalars(select(LedgerEntry.act).filter_by(topic_id=topic.id)).all()
    assert acts == ["topic.exported", "topic.export_fetched"]
    stranger = make.staff(Role.ANALYST, make.agency())
    with pytest.raises(NotAllowed):
        transfers.fetch(session, transfer=transfer, actor=stranger, now=now)


def test_the_originals_are_fetched_only_by_those_who_may_read_them(
    session, make, topic, analyst, now, carry
):
    make.suggestion(topic)
    auditor = make.staff(Role.AUDITOR, topic.agency)
    transfer = transfers.ask_export(
        session, topic=topic, kind="csv", actor=analyst, now=now, original=True
    )
    session.commit()
    carry(transfer)

    with pytest.raises(NotAllowed):
        transfers.fetch(session, transfer=transfer, actor=auditor, now=now)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_what_goes_out_comes_in_elsewhere_as_it_was(
    session, make, topic, analyst, now, carry, kind
):
    said = [make.suggestion(topic, f"第{n}件", facts=f"事实{n}\n第二行，“引号”") for n in range(25)]
    out = transfers.ask_export(session, topic=topic, kind=kind, actor=analyst, now=now)
    session.commit()
    carry(out)
    other = make.topic(agency=topic.agency)
    columns = read_table(storage().path(out.sha256), name=out.filename).columns
    back = transfers.ask_import(
        session,
        topic=other,
        sha256=out.sha256,
        filename=out.filename,
        mapping=map_columns(columns, given={"id": "number"}),
        actor=analyst,
        zone="Asia/Shanghai",
        now=now,
    )
    session.commit()
    carry(back)

    came = session.scalars(select(Suggestion).filter_by(topic_id=other.id).order_by(Suggestion.id))
    assert [(one.title, one.facts) for one in came] == [(one.title, one.facts) for one in said]


def test_ten_times_the_rows_take_no_more_statements(session, ask, carry, monkeypatch):
    monkeypatch.setattr(carrying, "CHUNK", 1000)
    asked = []
    for count, start in ((60, 1), (600, 1000)):
        transfer = carry(ask(table(count, start=start)), pieces=1)
        with counted_queries(session) as queries:
            carry(transfer)
        asked.append(queries.count)

    assert asked[1] <= asked[0]
