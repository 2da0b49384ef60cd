"""In a rush a public page may be a little old, and is never older than what its reader did."""

import re
from http import HTTPStatus

import pytest

from consult.web.held_versions import MOST, HeldVersions
from models.topic import TopicState
from tests.pages import Pages
from tests.web.world import World, ask


class Ticks:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
def held(ticks):
    return HeldVersions(1, ticks, rush=1)


def ask_and_put(held, page="page", version="one"):
    assert held.get(page) is None
    held.put(page, version)


def test_a_version_is_held_for_its_seconds(held, ticks):
    ask_and_put(held)

    ticks.now = 0.9
    assert held.get("page") == "one"
    ticks.now = 1.0
    assert held.get("page") is None


def test_of_many_who_ask_when_it_is_over_one_makes_the_page_anew(held, ticks):
    ask_and_put(held)
    ticks.now = 1.5

    assert [held.get("page") for _ in range(3)] == [None, "one", "one"]


def test_who_makes_it_anew_and_fails_is_followed_by_another(held, ticks):
    ask_and_put(held)
    ticks.now = 1.5
    held.get("page")
    ticks.now = 2.5

    assert held.get("page") is None


def test_what_is_older_than_twice_the_seconds_is_given_to_nobody(held, ticks):
    ask_and_put(held)
    for moment in (1.5, 2.5, 3.5):
        ticks.now = moment
        held.get("another page")

    assert [held.get("page") for _ in range(2)] == [None, None]


def test_a_page_that_few_ask_for_is_never_old(ticks):
    held = HeldVersions(1, ticks, rush=4)

    for number in range(3):
        ask_and_put(held, version=str(number))
    ticks.now = 5.0
    for number in range(3):
        ask_and_put(held, version=str(number))
    ask_and_put(held, version="the fourth within a second")

    assert held.get("page") == "the fourth within a second"


def test_what_is_not_public_any_more_is_dropped(held):
    ask_and_put(held)
    held.drop("page")

    assert held.get("page") is None


def test_no_more_pages_are_held_than_there_is_room_for(held):
    for number in range(MOST + 1):
        ask_and_put(held, page=number)

    assert held.get(MOST) == "one"
    assert held.get(0) is None


def test_no_seconds_hold_nothing(ticks):
    held = HeldVersions(0, ticks, rush=1)
    ask_and_put(held)

    assert held.get("page") is None


@pytest.fixture
def world(app, make, ticks):
    app.config["KEPT_PAGES_MB"] = 8
    app.extensions["held_versions"] = HeldVersions(1, ticks, rush=1)
    return World(make, TopicState.OPEN)


def supports_seen(reader, address):
    return re.search(r"support-count\"[^>]*>(\d+)<", reader.get(address))[1]


def test_a_stranger_sees_a_support_a_second_later_and_who_gave_it_at_once(
    app, pages, make, world, ticks
):
    stranger, address = Pages(app, pages.session), f"/suggestions/{world.shown.id}"
    before = supports_seen(stranger, address)

    supporter = pages.sign_in(make.person())
    supporter.post(f"{address}/support", support="yes")

    assert (before, supports_seen(stranger, address)) == ("1", "1")
    assert supports_seen(supporter, address) == "2"
    ticks.now = 1.5
    assert supports_seen(stranger, address) == "2"


def test_what_is_taken_out_of_the_public_is_gone_a_second_later(app, pages, session, world, ticks):
    stranger, address = Pages(app, pages.session), f"/topics/{world.topic.slug}"
    stranger.get(address)
    world.topic.state = TopicState.DRAFT
    session.commit()

    ticks.now = 1.5

    assert ask(stranger, "GET", address).status_code == HTTPStatus.NOT_FOUND
    assert ask(stranger, "GET", address).status_code == HTTPStatus.NOT_FOUND
