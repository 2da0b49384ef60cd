"""What is written here must come out as it was meant: hidden words never, all words as words."""

import io
import re
import zipfile
from urllib.parse import quote

import pytest

from models.person import Role
from models.topic import TopicState
from tests.web.world import World, addresses, ask, staff

ASKED, SECRET = "暗", "礁"
STATES = [TopicState.OPEN, TopicState.ANALYSING, TopicState.ENACTED]

AT_WORK = (Role.DRAFTER, Role.ANALYST, Role.UNIT_LEADER)
READERS = [
    (TopicState.OPEN, ()),
    (TopicState.ANALYSING, AT_WORK),
    (TopicState.OPEN, (Role.ADMINISTRATOR,)),
    *(
        pytest.param(state, roles, marks=pytest.mark.slow)
        for state, roles in (
            (TopicState.DRAFT, ()),
            (TopicState.DRAFT, AT_WORK),
            (TopicState.OPEN, AT_WORK),
            (TopicState.OPEN, (Role.AUDITOR,)),
            (TopicState.ANALYSING, ()),
            (TopicState.ENACTED, ()),
            (TopicState.ENACTED, AT_WORK),
        )
    ),
]


def whisper(name):
    """Words that no page may show to the public."""
    return f"{ASKED}{SECRET}{name}"


def attack(name):
    """Words that would be markup, a link or a cell that computes, were they taken for it."""
    return f"<b id=x{name.replace(' ', '')}>\"'><script>pwn()</script>[k](javascript:pwn())"


def words_of(answer):
    """The whole answer; the parts of a zipped file unpacked."""
    data = answer.get_data()
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "".join(parts.read(name).decode(errors="ignore") for name in parts.namelist())


def public_pages(app, world):
    """Every page about ``world`` that everybody may open, and the searches for what is hidden."""
    for endpoint, address in addresses(app, world, "GET"):
        if not address.startswith(("/account", "/office", "/admin", "/static")):
            yield endpoint, address
    slug = world.topic.slug
    for endpoint in ("suggestions", "groups", "outcome", "outcome.csv", "outcome.xlsx"):
        yield endpoint, f"/topics/{slug}/{endpoint}?q={quote(ASKED)}"
    yield "docx", f"/topics/{slug}/outcome.docx"
    yield "similar", f"/api/topics/{slug}/similar?title={quote(ASKED)}&limit=20"
    yield "group", f"/groups/{world.other.id}"
    yield "topics", f"/topics?q={quote(ASKED)}"
    for one in (world.shown, world.report):
        yield "suggestion", f"/suggestions/{one.id}"
        yield "file", f"/attachments/{world.hidden_file.id}"


@pytest.mark.parametrize("state", STATES)
def test_words_that_are_not_published_stand_on_no_public_page(app, pages, make, state):
    world = World(make, state, hidden=whisper)
    seen = 0
    for _endpoint, address in public_pages(app, world):
        answer = ask(pages, "GET", address)
        seen += answer.status_code == 200
        assert SECRET not in words_of(answer), address
    assert seen > 10


@pytest.mark.parametrize(("state", "roles"), READERS)
def test_whatever_is_written_is_shown_as_words(app, pages, make, state, roles):
    world = World(make, state, say=attack, hidden=attack)
    world.hidden.publish_text = True
    pages.sign_in(staff(make, roles, world.agency) if roles else world.author)
    for _endpoint, address in [*addresses(app, world, "GET"), *public_pages(app, world)]:
        answer = ask(pages, "GET", address)
        assert answer.status_code < 500, address
        if answer.mimetype == "text/html":
            html = answer.get_data(as_text=True)
            assert "<script>pwn" not in html, address
            assert "<b id=x" not in html, address
            assert 'href="javascript:' not in html, address
            assert not re.search(r"<[^<>]*\son\w+=", html), address
