"""Walks through a whole site by its links and forms, as its people would."""

import re
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from html import unescape
from http.cookiejar import CookieJar

LINK = re.compile(r'href="(/[^"#]*)')
FIELD = re.compile(r"<(?:input|textarea|select)\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
#: Addresses that end the walk or only repeat it.
LEFT_OUT = re.compile(r"sign-out|language|/static/|/assets/|code=|\?.*page=(?!2\b)")


class Walker:
    """A visitor with a cookie jar who follows every link once."""

    def __init__(self, url):
        self.url, self.seen, self.statuses = url, set(), {}
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        return self._ask(urllib.request.Request(self.url + path), path)

    def post(self, path, **fields):
        data = urllib.parse.urlencode(fields).encode()
        asked = urllib.request.Request(self.url + path, data=data, headers={"Referer": self.url})
        return self._ask(asked, path)

    def _ask(self, asked, path):
        try:
            with self.opener.open(asked, timeout=60) as answer:
                status, body = answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as refusal:
            status, body = refusal.code, refusal.read().decode(errors="replace")
        self.statuses.setdefault(status, []).append(path)
        return body

    def fill(self, path, **fields):
        """Open a page with a form and send it with its hidden fields and these."""
        page = self.get(path)
        hidden = {
            found["name"]: unescape(found.get("value", ""))
            for found in (dict(ATTRIBUTE.findall(tag)) for tag in FIELD.findall(page))
            if found.get("type") == "hidden" and "name" in found
        }
        return self.post(path, **{**hidden, **fields})

    def sign_in(self, address, password):
        page = self.fill("/account/sign-in", address=address, password=password)
        assert "/account/sign-out" in page, f"{address} could not sign in"

    def crawl(self, start="/", *, most=400):
        """Visit what can be reached from ``start``; says how many pages that were."""
        waiting, visited = deque([start]), 0
        while waiting and visited < most:
            path = waiting.popleft()
            if path in self.seen or LEFT_OUT.search(path):
                continue
            self.seen.add(path)
            visited += 1
            waiting.extend(unescape(link) for link in LINK.findall(self.get(path)))
        return visited
