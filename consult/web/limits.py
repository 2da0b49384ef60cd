"""Whose requests are counted together where a page may be asked for only so often."""

from flask_limiter.util import get_remote_address

from consult.web import current


def by_reader() -> str:
    """The person who is signed in, wherever from; anybody else by address.

    Behind one address there may be a whole office: whoever signs in is counted alone.
    """
    person = current.person()
    return f"person {person.id}" if person else get_remote_address()
