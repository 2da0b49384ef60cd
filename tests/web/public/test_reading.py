"""Readers without a session: no cookie, an ETag, and nothing that is out of date."""

import re
from http import HTTPStatus

import pytest

from consult.web.kept_pages import KeptPages
from consult.web.versions import VERSIONS
from models.topic import TopicState
from tests.pages import Pages, text_of
from tests.web.world import World, addresses, ask

#: Not pages, or not for everybody: each with its reason.
PRIVATE = {
    "public.receipt": "who has the code",
    "public.receipt_entry": "who has the code",
    "public.journey": "who has the code",
    "public.edit_suggestion": "its author",
    "public.object": "its author",
    "public.attachment": "a file, asked for anew each time",
    "public.theme": "leads on",
    "public.outcome_file": "a file",
}

#: What a topic in this state has no page for.
LACKING = {
    TopicState.OPEN: {"public.final", "public.final_clause"},
    TopicState.ENACTED: {"public.suggest"},
}


@pytest.fixture(autouse=True)
def room(app):
    app.config["KEPT_PAGES_MB"] = 8


@pytest.fixture(params=[TopicState.OPEN, TopicState.ENACTED])
def world(make, request):
    return World(make, request.param)


def public_pages(app, world):
    for endpoint, address in addresses(app, world, "GET"):
        if endpoint.startswith("public.") and endpoint not in PRIVATE:
            yield (
                endpoint,
                address.replace(f"/{world.hidden.id}", f"/{world.shown.id}")
                if (endpoint == "public.suggestion")
                else address,
            )


def test_every_public_page_is_given_without_a_cookie_and_kept(app, pages, world):
    app.config["WTF_CSRF_ENABLED"] = True
    seen = set()
    for endpoint, address in public_pages(app, world):
        answer = ask(pages, "GET", address)
        if answer.status_code in {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}:
            assert "Set-Cookie" not in answer.headers
            continue
        assert answer.status_code == HTTPStatus.OK, address
        assert "Set-Cookie" not in answer.headers, address
        assert answer.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=10"), address
        assert {"Accept-Language", "Cookie"} <= set(answer.vary), address
        tag = answer.headers["ETag"]
        again = ask_again(pages, address, tag)
        assert (again.status_code, again.data) == (HTTPStatus.NOT_MODIFIED, b""), address
        assert "Set-Cookie" not in again.headers, address
        seen.add(endpoint)
    kept = {endpoint for endpoint in VERSIONS if endpoint.startswith("public.")}
    assert seen == kept - LACKING[world.topic.state]


def test_who_is_signed_in_gets_pages_that_nobody_keeps(app, pages, make, world):
    pages.sign_in(make.person())
    for endpoint, address in public_pages(app, world):
        answer = ask(pages, "GET", address)
        assert "ETag" not in answer.headers, endpoint
        assert answer.headers["Cache-Control"] == "private, no-store", endpoint


def test_nobody_is_shown_what_was_rendered_for_somebody(app, pages, make):
    world = World(make, TopicState.OPEN)
    address = f"/suggestions/{world.shown.id}"
    stranger = Pages(app, pages.session)
    before = stranger.get(address)

    mine = pages.sign_in(world.author).get(address)

    assert world.author.name in mine
    assert text_of(stranger.get(address)) == text_of(before)
    assert "csrf_token" not in before


def ask_again(pages, address, tag):
    pages._forget()
    pages.session.commit()
    return pages.client.get(address, headers={"If-None-Match": tag})


class Watched:
    """A page of the open topic, as a reader sees it who asks again with the tag from before."""

    def __init__(self, pages, address):
        self.pages, self.address = pages, address
        self.tag = ask(pages, "GET", address).headers["ETag"]

    def changed(self):
        answer = ask_again(self.pages, self.address, self.tag)
        self.tag = answer.headers["ETag"]
        return answer.status_code == HTTPStatus.OK


@pytest.fixture
def open_world(make):
    return World(make, TopicState.OPEN)


def test_what_somebody_says_is_seen_by_the_next_reader(app, pages, make, open_world):
    reader, author = Pages(app, pages.session), pages.sign_in(make.person())
    address = f"/topics/{open_world.topic.slug}/suggestions"
    watched = Watched(reader, address)
    assert not watched.changed()

    author.post(
        f"/topics/{open_world.topic.slug}/suggest",
        title="请延长图书馆的开放时间",
        facts="晚上没有地方看书。",
        publish_text="y",
        go="send",
    )

    assert watched.changed()
    assert "请延长图书馆的开放时间" in reader.get(address)
    assert "请延长图书馆的开放时间" in author.get(address)


def test_a_support_is_seen_by_the_next_reader(app, pages, make, open_world):
    reader, address = Pages(app, pages.session), f"/suggestions/{open_world.shown.id}"
    watched = Watched(reader, address)

    pages.sign_in(make.person()).post(f"{address}/support", support="yes")

    assert watched.changed()
    assert re.search(r"support-count\">2<", reader.get(address))


def test_what_the_machine_does_to_groups_is_seen(pages, session, make, open_world):
    watched = Watched(pages, f"/topics/{open_world.topic.slug}/groups")
    open_world.group.suggestion_count += 1
    session.commit()

    assert watched.changed()


def test_a_topic_closes_on_time_on_kept_pages_too(pages, session, make, clock, open_world):
    open_world.topic.closes_at = clock.now.replace(minute=1)
    session.commit()
    watched = Watched(pages, f"/topics/{open_world.topic.slug}")

    clock.advance(minutes=2)

    assert watched.changed()


def test_a_changed_name_is_seen_after_some_minutes(pages, session, clock, open_world):
    watched = Watched(pages, f"/suggestions/{open_world.shown.id}")
    open_world.author.name = "王建国先生"
    session.commit()
    clock.advance(minutes=6)

    assert watched.changed()


def test_another_topic_does_not_matter(pages, make, open_world):
    watched = Watched(pages, f"/topics/{open_world.topic.slug}/suggestions")
    make.suggestion(make.topic())

    assert not watched.changed()


def test_each_language_is_a_page_of_its_own(app, pages, open_world):
    address = "/about"
    tag = ask(pages, "GET", address).headers["ETag"]
    answer = pages.client.get("/account/language?language=en&next=/about")
    assert (answer.status_code, answer.location) == (HTTPStatus.FOUND, "/about")
    assert "jisi=" not in str(answer.headers.getlist("Set-Cookie"))

    english = ask_again(pages, address, tag)

    assert english.status_code == HTTPStatus.OK
    assert 'lang="en"' in english.text


def test_a_link_cannot_change_the_language_of_an_account(pages, session, make):
    person = make.person()
    pages.sign_in(person).client.get("/account/language?language=en")

    session.refresh(person)
    assert person.locale == "zh_Hans_CN"


def test_who_may_not_support_yet_is_led_to_sign_in_and_back(app, pages, open_world):
    address = f"/suggestions/{open_world.shown.id}"
    [link] = re.findall(r'href="(/account/sign-in\?[^"]*to=support)"', pages.get(address))

    page = pages.get(link.replace("&amp;", "&"))

    assert "请先登录" in text_of(page)
    assert f'value="{address}"' in page


def test_kept_pages_stay_within_their_room():
    kept = KeptPages(1000)
    for n in range(20):
        kept.put((str(n),), bytes(100))
    kept.put(("large",), bytes(400))

    assert kept.bytes <= 1000
    assert kept.get(("0",)) is None
    assert kept.get(("large",)) is None
    assert kept.get(("19",)) == bytes(100)
