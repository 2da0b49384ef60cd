"""The test browser: whatever a test is about, each page it visits must be a good page."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from http import HTTPStatus

from flask import g

from consult.services.people.people import open_session

#: Forms that change nothing, so that nobody can be tricked into sending them.
HARMLESS = {"/lookup"}


class Outline(HTMLParser):
    """What the house rules look at, in one pass."""

    def __init__(self, html):
        super().__init__()
        self.lang = ""
        self.ids = Counter()
        self.labels, self.fields, self.forms, self.tags = set(), [], [], []
        self.inline = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag == "html":
            self.lang = attrs.get("lang", "")
        if "id" in attrs:
            self.ids[attrs["id"]] += 1
        if tag == "label":
            self.labels.add(attrs.get("for"))
        if tag == "form":
            self.forms.append((attrs, []))
        if tag in {"input", "select", "textarea"}:
            self.fields.append((tag, attrs))
            if self.forms:
                self.forms[-1][1].append(attrs.get("name"))
        self.inline += [name for name in attrs if name.startswith("on") or name == "style"]
        if tag == "style" or (
            tag == "script" and "src" not in attrs and attrs.get("type") != "application/json"
        ):
            self.inline.append(tag)


class Pages:
    """Visit pages as one browser with its cookies; ``sign_in`` makes it somebody's."""

    def __init__(self, app, session):
        app.config["WTF_CSRF_ENABLED"] = False
        self.app, self.session = app, session
        self.client = app.test_client()

    def sign_in(self, person):
        """Open a session for ``person`` without the form."""
        token = open_session(
            self.session,
            person=person,
            device="test",
            lifetime=self.app.config["SESSION_LIFETIME"],
            now=self.app.config["CLOCK"](),
        )
        self.session.commit()
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return self

    def speak(self, language):
        self.client.set_cookie("lang", language)
        return self

    def _forget(self):
        """Drop what the request before left in ``g``: the test's context outlives each request."""
        for name in list(g):
            g.pop(name)

    def get(self, url, *, status=HTTPStatus.OK):
        self._forget()
        self.session.commit()  # a page that only reads undoes what is not committed
        return self._check(self.client.get(url, follow_redirects=True), status)

    def post(self, url, *, status=HTTPStatus.OK, **form):
        self._forget()
        self.session.commit()  # let go of the write lock before the page asks for it
        answer = self.client.post(
            url, data=form, follow_redirects=True, content_type="multipart/form-data"
        )
        self.session.expire_all()
        return self._check(answer, status)

    def _check(self, answer, status):
        html = answer.get_data(as_text=True)
        assert answer.status_code == status, f"{answer.status_code}: {text_of(html)[:2000]}"
        if answer.mimetype == "text/html":
            check_house_rules(html, answer)
        return html


def check_house_rules(html, answer):
    """One h1, the tab begins with it, every field labelled, no duplicate ids, nothing inline."""
    headings = re.findall(r"<h1[^>]*>(.*?)</h1>", html, flags=re.DOTALL)
    assert len(headings) == 1, f"one h1, not {len(headings)}"
    head = html.partition("</head>")[0]  # a drawing may have a title of its own
    [title] = re.findall(r"<title>(.*?)</title>", head, flags=re.DOTALL)
    assert squeeze(unescape(title)).startswith(squeeze(text_of(headings[0]))), (
        "the tab repeats the heading"
    )
    page = Outline(html)
    assert page.lang in {"zh-Hans-CN", "zh-CN", "zh-Hans", "en"}, f"lang is {page.lang!r}"
    twice = [name for name, times in page.ids.items() if times > 1]
    assert not twice, f"ids stand twice: {twice}"
    for tag, attrs in page.fields:
        if attrs.get("type") in {"hidden", "submit", "button"}:
            continue
        named = (
            attrs.get("id") in page.labels or "aria-label" in attrs or "aria-labelledby" in attrs
        )
        assert named, f"a field without a label: {tag} {attrs}"
    for attrs, names in page.forms:
        if attrs.get("method", "get").lower() == "post" and attrs.get("action") not in HARMLESS:
            assert "csrf_token" in names, f"a form without CSRF: {attrs.get('action')}"
    assert not page.inline, f"inline script or style: {page.inline}"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Undefined" not in html


def text_of(html):
    """The words of a piece of HTML, without tags."""
    return unescape(
        re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL))
    )


def squeeze(text):
    return re.sub(r"\s+", "", text)
