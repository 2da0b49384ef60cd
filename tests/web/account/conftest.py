"""An account with its password, and the letters that were written."""

import re

import pytest

from consult.services.people import passwords
from models.notice import Letter

PASSWORD = "three blue lamps"


@pytest.fixture
def account(make, session):
    make.person(address="other@example.org", password_hash=passwords.hashed("another's own"))
    return make.person(
        "王芳", address="wang@example.org", password_hash=passwords.hashed(PASSWORD), locale="en"
    )


@pytest.fixture
def letters(app, session):
    """The words of all letters written so far, the last one first."""

    def read():
        rows = session.query(Letter).order_by(Letter.id.desc())
        return [app.extensions["vault"].open(row.body_sealed) for row in rows]

    return read


@pytest.fixture
def english(pages):
    return pages.speak("en")


@pytest.fixture
def mailed_path(letters):
    """The address in the last letter, as a path on this site."""

    def find():
        return re.search(r"https?://[^/]+(/account/reset/\S+)", letters()[0])[1]

    return find


@pytest.fixture
def mailed_code(letters):
    return lambda: re.search(r"\b(\d{6})\b", letters()[0])[1]
