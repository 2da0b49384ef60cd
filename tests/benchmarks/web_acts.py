"""What people do on the pages, as requests: each act with thousands of them, by different people."""

from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlencode

from itsdangerous import URLSafeTimedSerializer

from tests.benchmarks.generator import generate

FORM = "application/x-www-form-urlencoded"
READERS = 400
WORDS = ["路灯", "电梯", "充电桩", "停车", "公交", "垃圾", "噪音", "医院", "学校", "养老"]


@dataclass
class Request:
    """One line for the load tool."""

    path: str
    method: str = "GET"
    headers: dict = field(default_factory=dict)
    form: dict | None = None

    def line(self):
        headers, body = dict(self.headers), ""
        if self.form is not None:
            body = urlencode(self.form)
            headers["Content-Type"] = FORM
        joined = "\1".join(f"{name}={value}" for name, value in headers.items())
        return f"{self.method}\t{self.path}\t{joined}\t{body}\n"


class Cast:
    """The people of a benchmark: signed in with cookies that the application would have given."""

    def __init__(self, app, tokens, seeded):
        self.seeded, self.random = seeded, Random(5)
        signer = app.session_interface.get_signing_serializer(app)
        forms = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
        name = app.config["SESSION_COOKIE_NAME"]
        self.signed_in = [
            (
                f"{name}={signer.dumps({'_user_id': token, '_fresh': True, 'csrf_token': token})}",
                forms.dumps(token),
            )
            for token in tokens
        ]

    def acts(self, count):
        """Name of each act → its requests."""
        topic = f"/topics/{self.seeded.slug}"
        every = f"{topic}/suggestions"
        pages = {
            "list, first page": [every],
            "list, page 100": [f"{every}?page=100"],
            "list by popularity": [f"{every}?sort=supported"],
            "list, search": [f"{every}?q={quote(word)}" for word in WORDS],
            "topic": [topic],
            "groups": [f"{topic}/groups"],
        }
        acts = {name: [Request(path) for path in paths] for name, paths in pages.items()}
        acts["detail"] = [Request(path) for path in self._details(count)]
        acts["detail, signed in"] = [
            Request(path, headers={"Cookie": self._cookie()[0]}) for path in self._details(count)
        ]
        acts["list, signed in"] = [
            Request(every, headers={"Cookie": self._cookie()[0]}) for _ in range(count)
        ]
        acts["similar while typing"] = [
            Request(
                f"/api{topic}/similar?title={quote(one.title)}",
                headers={"X-Forwarded-For": self._address()},
            )
            for one in generate(count, seed=11)
        ]
        acts["support"] = [self._support() for _ in range(count)]
        acts["submit"] = [self._submit(topic, one) for one in generate(count, seed=12)]
        return acts

    def fresh(self, path, count):
        """One page at ever new addresses, so that none is remembered: what rendering it costs."""
        mark = "&" if "?" in path else "?"
        return [Request(f"{path}{mark}unread={n}") for n in range(count)]

    def _details(self, count):
        return [f"/suggestions/{self.random.choice(self.seeded.suggestions)}" for _ in range(count)]

    def _cookie(self):
        return self.random.choice(self.signed_in)

    def _address(self):
        return ".".join(str(self.random.randrange(1, 255)) for _ in range(4))

    def _support(self):
        cookie, token = self._cookie()
        number = self.random.choice(self.seeded.suggestions)
        return Request(
            f"/suggestions/{number}/support",
            "POST",
            {"Cookie": cookie, "Accept": "application/json"},
            {"support": "yes", "csrf_token": token},
        )

    def _submit(self, topic, made):
        cookie, token = self._cookie()
        form = {
            "title": made.title[:60],
            "facts": made.facts,
            "proposal": made.proposal,
            "kind": "advice",
            "publish_text": "y",
            "go": "send",
            "csrf_token": token,
        }
        return Request(f"{topic}/suggest", "POST", {"Cookie": cookie}, form)
