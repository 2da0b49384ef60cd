"""Bringing in a table: bad rows are named by line, the rest goes in, and nothing twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from consult.exceptions import Invalid, NotAllowed, NotInThisPhase
from consult.services.exchange import imports
from consult.services.records import ledger
from consult.tables import map_columns, read_table
from models.ledger import LedgerEntry
from models.person import Person, PersonKind, Role
from models.suggestion import Channel, Suggestion, SuggestionKind
from models.topic import TopicState

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def topic(make):
    """Beside it, another topic with a suggestion of the same number."""
    make.suggestion(make.topic(), external_id="1")
    return make.topic()


@pytest.fixture
def bring_in(session, make, topic, tmp_path, now):
    """Import a text as a file: ``bring_in("编号,内容\\n1,甲", encoding=…)``."""
    analyst = make.staff(Role.ANALYST, topic.agency)

    def run(text, *, encoding="utf-8", actor=analyst, **more):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        table = read_table(path)
        values = {"rows": table, "mapping": map_columns(table.columns), **more}
        return imports.run(session, topic=topic, actor=actor, zone=ZONE, now=now, **values)

    return run


def mine(session, topic):
    return session.scalars(select(Suggestion).filter_by(topic_id=topic.id)).all()


def test_a_table_in_gbk_comes_in_with_its_numbers_times_and_kinds(session, topic, bring_in):
    report = bring_in(
        "编号,标题,内容,时间,类型\n7,公交早班车,建议六点发车。,2026-05-01 08:30,投诉\n",
        encoding="gbk",
    )

    [row] = mine(session, topic)
    assert (report.added, row.external_id, row.title) == (1, "7", "公交早班车")
    assert (row.facts, row.channel, row.kind) == (
        "建议六点发车。",
        Channel.IMPORT,
        SuggestionKind.COMPLAINT,
    )
    assert row.created_at == datetime(2026, 5, 1, 0, 30, tzinfo=UTC)


def test_bad_rows_are_named_by_line_and_the_rest_goes_in(session, topic, bring_in):
    report = bring_in(
        "编号,内容,时间\n1,好的一行,\n2,,\n3,日期不对,昨天\n4,未来的,2030-01-01\n1,号码重复,\n5,也好,\n"
        "6,多了,一格,啊\n"
    )

    assert [(one.line, one.reason[:24]) for one in report.problems] == [
        (3, "The row has no text."),
        (4, "“昨天” is not a date that "),
        (5, "The time 2030-01-01 lies"),
        (6, "The number 1 stands in t"),
        (8, "The row has 4 cells; the"),
    ]
    assert [row.facts for row in mine(session, topic)] == ["好的一行", "也好"]


def test_the_same_file_twice_adds_nothing(session, topic, bring_in):
    text = "编号,内容,用户\n1,甲,u1\n2,乙,u2\n"
    bring_in(text)

    again = bring_in(text)

    assert (again.added, again.known, len(mine(session, topic))) == (0, 2, 2)


def test_without_numbers_and_senders_the_same_file_twice_adds_nothing(session, topic, bring_in):
    text = "内容\n同一句话\n同一句话\n另一句话\n"
    bring_in(text)

    again = bring_in(text)

    assert (again.added, len(mine(session, topic))) == (0, 3)


def test_one_senders_same_words_count_once_and_two_senders_twice(session, topic, bring_in):
    report = bring_in("内容,用户\n同一句话,u1\n同一句话,u1\n同一句话。,u1\n同一句话,u2\n")

    assert (report.added, report.known) == (2, 2)
    assert len({row.author_id for row in mine(session, topic)}) == 2


def test_equal_senders_are_one_person_who_cannot_sign_in(session, topic, bring_in):
    bring_in("内容,用户\n第一件,u1\n第二件,u1\n")

    [person] = session.scalars(select(Person).filter_by(kind=PersonKind.IMPORTED))
    assert (person.password_hash, person.address_digest) == (None, None)
    assert {row.author for row in mine(session, topic)} == {person}


def test_texts_are_public_only_with_consent_and_reports_never(session, topic, bring_in):
    bring_in("内容,类型\n公开吗,建言\n有人受贿,举报\n", publish_text=True)
    bring_in("内容\n不公开\n")

    shown = {row.facts: row.publish_text for row in mine(session, topic)}
    assert shown == {"公开吗": True, "有人受贿": False, "不公开": False}


def test_personal_data_is_masked_for_the_public_and_kept_in_the_original(session, topic, bring_in):
    bring_in("内容\n请打13812345678找我\n")

    [row] = mine(session, topic)
    assert "13812345678" in row.facts
    assert "13812345678" not in row.public_facts + row.public_title


def test_a_row_speaks_to_the_clause_that_it_names(session, make, topic, bring_in):
    [clause] = make.document(topic, "第一条 收费。").clauses

    report = bring_in("内容,条款\n收费太高,第1条\n哪一条,第九十九条\n")

    assert [row.clause_id for row in mine(session, topic)] == [clause.id]
    assert "第九十九条" in report.problems[0].reason


def test_every_row_and_the_import_stand_in_an_unbroken_ledger(session, topic, bring_in):
    bring_in("内容\n甲\n乙\n")

    acts = session.scalars(select(LedgerEntry.act).filter_by(topic_id=topic.id)).all()
    assert acts == ["suggestion.imported", "suggestion.imported", "topic.imported"]
    assert ledger.first_broken(session) is None


def test_a_table_without_any_text_is_refused(session, topic, bring_in):
    with pytest.raises(Invalid, match="No column holds the text"):
        bring_in("编号,时间\n1,2026-01-01\n")


def test_a_citizen_imports_nothing(make, bring_in):
    with pytest.raises(NotAllowed):
        bring_in("内容\n甲\n", actor=make.person())


def test_after_publication_nothing_comes_in(topic, bring_in):
    topic.state = TopicState.REPORTED

    with pytest.raises(NotInThisPhase):
        bring_in("内容\n甲\n")


@pytest.mark.slow
def test_ten_thousand_rows_come_in_in_seconds(session, topic, bring_in, clock):
    lines = [f"{n},第{n}个小区缺少充电桩，希望尽快安装。,u{n % 7000}" for n in range(10_000)]
    before = datetime.now(UTC)

    report = bring_in("编号,内容,用户\n" + "\n".join(lines))

    assert report.added == 10_000
    assert datetime.now(UTC) - before < timedelta(seconds=60)
    assert session.scalar(select(func.count()).where(Suggestion.topic_id == topic.id)) == 10_000
