"""A NUL, which no text of PostgreSQL can hold, is nobody's fault of ours."""

import pytest


@pytest.mark.parametrize("address", ["/topics/a%00b", "/topics/fees/clauses/a%00b", "/a%00b"])
def test_a_place_with_a_nul_in_its_name_does_not_exist(pages, make, address):
    make.topic(slug="fees")

    pages.get(address, status=404)


def test_a_search_for_a_nul_and_words_is_one_for_the_words(pages, make):
    make.topic(title="收费办法")
    make.topic(title="绿地规划")

    page = pages.get("/topics?q=收费%00")

    assert "收费办法" in page
    assert "绿地规划" not in page


def test_a_filter_that_cannot_be_is_no_fault(pages, make):
    make.topic()

    assert pages.client.get("/topics?agency=a%00b").status_code in {200, 400}
