"""Pages of lists: what is counted, and that no page costs more the longer the list is."""

import pytest
from sqlalchemy import select

from consult.services.records import pages
from consult.services.records.pages import paginate, paginate_ids
from models.person import Person
from tests.queries import counted_queries


@pytest.fixture(autouse=True)
def _few_are_counted(monkeypatch):
    monkeypatch.setattr(pages, "COUNTED", 10)


@pytest.fixture
def listed(session, make):
    """Thirty people, the newest first."""
    ids = sorted((make.person().id for _ in range(30)), reverse=True)
    return ids, select(Person.id).where(Person.id.in_(ids)).order_by(Person.id.desc())


WAYS = pytest.mark.parametrize("way", [paginate, paginate_ids])


@WAYS
def test_so_many_beyond_the_page_are_counted(session, listed, way):
    ids, query = listed
    seen = {number: way(session, query, page=number, size=5) for number in (1, 3, 4, 6)}

    assert {number: (one.total, one.more) for number, one in seen.items()} == {
        1: (15, True),
        3: (25, True),
        4: (30, False),
        6: (30, False),
    }
    assert [one for page in (1, 3) for one in seen[page].items] == ids[:5] + ids[10:15]


@WAYS
def test_beyond_the_last_page_is_the_last_page(session, listed, way):
    ids, query = listed
    found = way(session, query, page=400, size=7)
    assert (found.number, found.items, found.total, found.more) == (5, ids[28:], 30, False)


@WAYS
def test_an_empty_list_has_one_page_without_rows(session, way):
    found = way(session, select(Person.id).where(Person.id < 0), page=3)
    assert (found.items, found.number, found.count, found.total, found.more) == ([], 1, 1, 0, False)


def test_nobody_turns_further_than_the_last_page_that_can_be_turned(session, listed, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PAGES", 2)
    ids, query = listed
    found = paginate_ids(session, query, page=5, size=5)
    assert (found.number, found.items, found.count) == (2, ids[5:10], 2)
    assert (found.total, found.more) == (10, True)


def test_ids_are_read_and_counted_by_one_query(session, listed):
    with counted_queries(session) as queries:
        paginate_ids(session, listed[1], page=2, size=5)
    assert queries.count == 1
