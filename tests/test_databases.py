"""What the tests' engines share must serve each of them."""

import sqlalchemy as sa

from tests import databases


def test_the_first_engine_may_ask_nothing_and_the_next_knows_its_server(monkeypatch, tmp_path):
    monkeypatch.setattr(databases, "COMPILED", {})
    first, second = (sa.create_engine(f"sqlite:///{tmp_path / name}") for name in ("a", "b"))
    for engine in (first, second):
        databases.compile_once(engine)

    with second.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE thing (name TEXT)")

    assert [column["name"] for column in sa.inspect(second).get_columns("thing")] == ["name"]
