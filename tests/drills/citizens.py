"""People of a drill: signed in beforehand, each sending what a browser would send."""

import http.client
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from flask import current_app, g
from flask import session as cookie
from flask_wtf.csrf import generate_csrf

from consult.services.people.sessions import open_session

FORM = "application/x-www-form-urlencoded"


class NoAnswer(Exception):  # noqa: N818 - it is one
    """The line broke, or the site asked to come again: nobody knows whether it was done."""


@dataclass
class Citizen:
    """Somebody with a session of their own."""

    id: int
    url: str
    session: str
    token: str
    patience: float = 60.0
    _line: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path, **headers):
        """The status and the words of a page."""
        answer = self._ask("GET", path, None, headers)
        return answer.status, answer.words

    def submit(self, slug, words):
        """Send a suggestion; the code of its receipt.

        :raises NoAnswer: if it may or may not have arrived.
        """
        form = {"publish_text": "y", "go": "send", "csrf_token": self.token, **words}
        answer = self._ask("POST", f"/topics/{slug}/suggest", form)
        if answer.status != http.HTTPStatus.FOUND:
            raise unexpected(answer)
        return answer.place.rpartition("/")[2]

    def support(self, suggestion, *, wanted=True):
        """Stand behind a suggestion or no longer; what the site says stands now.

        :raises NoAnswer: if it may or may not have been counted.
        """
        form = {"support": "yes" if wanted else "no", "csrf_token": self.token}
        headers = {"Accept": "application/json"}
        answer = self._ask("POST", f"/suggestions/{suggestion}/support", form, headers)
        if answer.status != http.HTTPStatus.OK:
            raise unexpected(answer)
        return json.loads(answer.words)["supported"]

    def press(self, path, **form):
        """Press a button; the status and where it leads."""
        answer = self._ask("POST", path, {"csrf_token": self.token, **form})
        return answer.status, answer.place

    def leave(self):
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self, method, path, form, headers=None):
        body = urlencode(form) if form is not None else None
        sent = {"Cookie": self.session, **(headers or {})}
        if body is not None:
            sent["Content-Type"] = FORM
        kept = self._line is not None
        try:
            answer = self._say(method, path, body, sent)
        except (OSError, http.client.HTTPException) as broken:
            if not kept:
                raise NoAnswer(type(broken).__name__) from broken
            return self._ask(method, path, form, headers)  # as browsers do with a line gone stale
        if answer.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NoAnswer(str(answer.status))
        return answer

    def _say(self, method, path, body, headers):
        if self._line is None:
            place = urlsplit(self.url)
            self._line = http.client.HTTPConnection(place.netloc, timeout=self.patience)
        try:
            self._line.request(method, path, body, headers)
            found = self._line.getresponse()
            return Answer(found.status, found.headers, found.read().decode())
        except (OSError, http.client.HTTPException):
            self.leave()
            raise


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    words: str

    @property
    def place(self):
        return self.headers.get("Location", "")


def unexpected(answer):
    return AssertionError(f"{answer.status} {answer.place} {answer.words[:2000]}")


def signed_in(session, people, *, url):
    """A citizen for each person, as if they had signed in: opened by the service, no password."""
    app = current_app
    now = app.config["CLOCK"]()
    tokens = [
        open_session(
            session, person=one, device="drill", lifetime=app.config["SESSION_LIFETIME"], now=now
        )
        for one in people
    ]
    session.flush()
    return [
        Citizen(one.id, url, *_cookie(app, token))
        for one, token in zip(people, tokens, strict=True)
    ]


def _cookie(app, token):
    """The cookie of a session, and the token that its forms carry."""
    with app.test_request_context():
        g.pop("csrf_token", None)  # of the one before: nested contexts share it
        cookie["_user_id"], cookie["_fresh"] = token, True
        form_token = generate_csrf()
        sealed = app.session_interface.get_signing_serializer(app).dumps(dict(cookie))
        return f"{app.config['SESSION_COOKIE_NAME']}={sealed}", form_token
