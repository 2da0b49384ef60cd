"""Citizens who are signed in share pages, and each finds their own in them and nobody else's."""

import re

import pytest
from sqlalchemy import event

from consult.extensions import db
from consult.web import common_pages
from consult.web.held_versions import HeldVersions
from models.notice import Notice, NoticeKind
from models.topic import TopicState
from tests.pages import Pages
from tests.web.world import World, ask

JUNK = {"csrf_token": "somebody else's"}


@pytest.fixture(params=[TopicState.OPEN, TopicState.REPORTED, TopicState.ENACTED])
def any_world(request, app, make):
    app.config["KEPT_PAGES_MB"] = 8
    return World(make, request.param)


@pytest.fixture
def world(app, make):
    app.config["KEPT_PAGES_MB"] = 8
    return World(make, TopicState.OPEN)


@pytest.fixture
def reader(app, pages, make):
    """A browser of somebody new, by their name."""

    def known(person):
        browser = Pages(app, pages.session)
        browser.sign_in(person)
        return browser

    return known


def addresses(world):
    start, clause = f"/topics/{world.topic.slug}", world.draft.clauses[0].anchor
    return [
        start,
        f"{start}/suggestions",
        f"{start}/suggestions?page=1&sort=support",
        f"{start}/groups",
        f"{start}/clauses/{clause}",
        f"{start}/outcome",
        f"/suggestions/{world.shown.id}",
        f"/suggestions/{world.hidden.id}",
    ]


def seen(browser, address):
    """A page without what is new at each visit."""
    answer = ask(browser, "GET", address)
    assert answer.headers.get("Cache-Control") == "private, no-store" or answer.status_code != 200
    words = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.get_data(as_text=True))
    return answer.status_code, re.sub(r"[0-9a-f]{12,}", "", words)


@pytest.fixture
def queries():
    asked = []

    def note(*facts):
        asked.extend(facts[2:3] if facts[2].startswith("SELECT") else ())

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def test_each_citizen_sees_what_they_would_see_of_a_page_of_their_own(
    monkeypatch, make, any_world, reader, session
):
    world = any_world
    supporter = make.person("Zhao Ming")
    make.support(world.shown, supporter)
    told = make.person("Sun Li")
    session.add(
        Notice(person=told, kind=NoticeKind.ENACTED, topic=world.topic, subject_key="topic")
    )
    staff = world.topic.created_by
    people = [make.person("Qian <b>Wei</b>"), make.person("Li & Na"), supporter, told]
    people += [world.author, staff]
    session.commit()
    browsers = [reader(person) for person in people]

    shared = [[seen(one, address) for address in addresses(world)] for one in browsers]
    again = [[seen(one, address) for address in addresses(world)] for one in browsers]
    monkeypatch.setattr(common_pages, "COMMON", frozenset())
    own = [[seen(one, address) for address in addresses(world)] for one in browsers]

    assert shared == own
    assert again == own
    assert "Li &amp; Na" in shared[1][0][1]
    assert "Li &amp; Na" not in shared[0][0][1]


def test_a_second_citizen_costs_a_few_queries(make, world, reader, queries):
    address = f"/topics/{world.topic.slug}"
    first, second = reader(make.person()), reader(make.person())
    first.get(address)
    queries.clear()

    page = second.get(address)

    assert len(queries) <= 4, queries
    assert world.topic.title in page


def test_tokens_of_forms_are_each_readers_own(app, make, world, reader):
    address = f"/suggestions/{world.shown.id}"
    browsers = [reader(make.person()) for _ in range(2)]
    app.config["WTF_CSRF_ENABLED"] = True
    for one in browsers:
        token = re.search(r'name="csrf_token" value="([^"]*)"', one.get(address))[1]
        form = {"csrf_token": token, "language": "en", "next": "/"}

        answers = [ask(one, "POST", "/account/language", data) for data in (form, form | JUNK)]

        assert [answer.status_code for answer in answers] == [302, 400]


def test_who_acted_sees_at_once_what_others_see_a_little_later(app, make, world, reader):
    app.config["READER_SECONDS"] = 60
    app.extensions["held_versions"] = HeldVersions(60, rush=1)
    address = f"/suggestions/{world.shown.id}"
    actor, other = reader(make.person()), reader(make.person())
    before = [supporters(one.get(address)) for one in (actor, other)]
    ask(reader(make.person()), "POST", f"{address}/support", {"support": "yes"})
    ask(actor, "POST", "/account/language", {"language": "zh_Hans_CN", "next": "/"})

    seen = [supporters(one.get(address)) for one in (actor, other)]

    assert (before, seen) == (["1", "1"], ["2", "1"])


def supporters(page):
    return re.search(r"data-support-count>(\d+)<", page)[1]
