"""Many people at the same moment, before a real server; and a server that is shot."""

import http.cookiejar
import re
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from consult.services.people.passwords import hashed
from consult.services.records import ledger
from models.suggestion import Suggestion, Support
from tests.browser.site import PASSWORD, Site

pytestmark = pytest.mark.slow
PEOPLE = 12


class Browser:
    """Cookies and forms, without a screen; any number of threads may share one."""

    def __init__(self, url, address):
        jar = http.cookiejar.CookieJar()
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.post("/account/sign-in", "/account/sign-in", address=address, password=PASSWORD)
        self.token = self.token_of("/account/profile")

    def token_of(self, path):
        page = self.opener.open(self.url + path, timeout=60).read().decode()
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]

    def post(self, path, form_at="", **fields):
        fields["csrf_token"] = self.token_of(form_at) if form_at else self.token
        data = urllib.parse.urlencode(fields).encode()
        try:
            return self.opener.open(self.url + path, data, timeout=60).status
        except urllib.error.HTTPError as refused:
            return refused.code


@pytest.fixture
def crowd(tmp_path):
    """A server, a topic with one suggestion, and people who are signed in."""
    site = Site(tmp_path)
    site.consult("db", "upgrade")
    site.arrange(fill)
    site.start()
    yield site, [Browser(site.url, f"voter{n}@example.org") for n in range(PEOPLE)]
    site.stop()


def fill(session, make):
    make.suggestion(make.topic(slug="crowd"), "一起支持的建议")
    for n in range(PEOPLE):
        make.person(address=f"voter{n}@example.org", password_hash=hashed(PASSWORD))


def everywhere(work, jobs):
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(work, jobs))


def check(site, **expected):
    def look(session, make):
        found = session.scalars(select(Suggestion).order_by(Suggestion.id)).all()
        rows = session.scalar(select(func.count()).select_from(Support))
        assert found[0].support_count == rows == expected["supports"]
        assert len(found) == expected["suggestions"]
        assert ledger.first_broken(session) is None

    site.arrange(look)


def wait_for_silence(site):
    """The worker notices within seconds that its master has gone."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", site.port), timeout=1).close()
        except OSError:
            return
        time.sleep(0.2)
    raise AssertionError("somebody still answers")


def test_support_counts_each_once_however_often_they_press(crowd):
    site, people = crowd
    presses = [(one, way) for one in people for way in ("yes", "no", "yes")]
    answers = everywhere(lambda job: job[0].post("/suggestions/1/support", support=job[1]), presses)
    assert set(answers) == {200}

    everywhere(lambda one: one.post("/suggestions/1/support", support="yes"), people * 2)
    check(site, supports=PEOPLE, suggestions=1)


def test_the_same_words_sent_twenty_times_at_once_are_one_suggestion(crowd):
    site, people = crowd
    words = {"title": "把路灯修好", "facts": "路灯坏了三个月。", "kind": "advice", "go": "send"}
    answers = everywhere(lambda one: one.post("/topics/crowd/suggest", **words), people[:1] * 20)

    assert set(answers) == {200}
    check(site, supports=0, suggestions=2)


def test_a_server_that_is_shot_loses_and_doubles_nothing(crowd):
    site, people = crowd
    everywhere(lambda one: one.post("/suggestions/1/support", support="yes"), people[:6])
    site.server.kill()
    site.server.wait(20)
    wait_for_silence(site)
    site.start()

    again = everywhere(lambda one: one.post("/suggestions/1/support", support="yes"), people)
    assert set(again) == {200}
    check(site, supports=PEOPLE, suggestions=1)
