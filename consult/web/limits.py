"""Whose requests are counted together where a page may be asked for only so often."""

from flask import request

from consult.web import current


def by_reader() -> str:
    """The person who is signed in, wherever from; anybody else by address.

    Behind one address there may be a whole office: whoever signs in is counted alone.
    """
    person = current.person()
    return f"person {person.id}" if person else request.remote_addr or "nowhere"
