"""Whose requests are counted together where a page may be asked for only so often."""

from http import HTTPStatus

from flask import Response, request

from consult.web import current

#: Somebody with a slip of paper needs a few tries; somebody who guesses needs more than these.
GUESSES = "20 per minute; 200 per day"


def not_found(response: Response) -> bool:
    """Only wrong guesses count towards the limit."""
    return response.status_code == HTTPStatus.NOT_FOUND


def by_reader() -> str:
    """The person who is signed in, wherever from; anybody else by address.

    Behind one address there may be a whole office: whoever signs in is counted alone.
    """
    person = current.person()
    return f"person {person.id}" if person else request.remote_addr or "nowhere"
