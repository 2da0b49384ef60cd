"""Every refusal, each with its HTTP status; turned into a page in one place (app.py).

::

    Refusal                     400
    ├── NotSignedIn             401
    ├── NotAllowed              403
    ├── NotFound                404
    │   └── IsMailbox           404
    ├── NotInThisPhase          409
    ├── StaleVersion            409
    ├── Conflict                409
    ├── Gone                    410
    ├── TooLarge                413
    ├── Invalid                 422
    └── TooMany                 429

The sentence is an English message with ``%(name)s`` places; the edge translates
it and fills them in. Mark it with :func:`N_`.
"""

from http import HTTPStatus

from consult.text.marks import N_

__all__ = [
    "N_",
    "Conflict",
    "Gone",
    "Invalid",
    "IsMailbox",
    "NotAllowed",
    "NotFound",
    "NotInThisPhase",
    "NotSignedIn",
    "Refusal",
    "StaleVersion",
    "TooLarge",
    "TooMany",
]


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Something that was asked for and will not be done, with a sentence that says why."""

    status = HTTPStatus.BAD_REQUEST
    default = N_("This cannot be done.")

    def __init__(self, message: str = "", **params: object) -> None:
        self.message = message or self.default
        self.params = params
        super().__init__(self.message % params if params else self.message)


class NotSignedIn(Refusal):
    """Somebody must sign in first."""

    status = HTTPStatus.UNAUTHORIZED
    default = N_("Please sign in first.")


class NotAllowed(Refusal):
    """The person lacks the permission, whatever the state."""

    status = HTTPStatus.FORBIDDEN
    default = N_("Your roles do not allow this.")


class NotFound(Refusal):
    """There is no such thing, or not for this person."""

    status = HTTPStatus.NOT_FOUND
    default = N_("There is nothing at this address.")


class IsMailbox(NotFound):
    """What stands here is a mailbox and no consultation; a public page goes there instead."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


class NotInThisPhase(Refusal):
    """The topic's state does not allow the act."""

    status = HTTPStatus.CONFLICT
    default = N_("The consultation is at a stage in which this cannot be done.")


class StaleVersion(Refusal):
    """Somebody else changed the thing in the meantime."""

    status = HTTPStatus.CONFLICT
    default = N_(
        "Somebody else has changed this since you opened it. "
        "Nothing of yours was saved over theirs: look at it again, then repeat your change."
    )


class Conflict(Refusal):
    """It contradicts something that stands."""

    status = HTTPStatus.CONFLICT


class Gone(Refusal):
    """It was here and is no longer: an expired token, a withdrawn suggestion."""

    status = HTTPStatus.GONE
    default = N_("This is no longer available.")


class TooLarge(Refusal):
    """More bytes than are taken."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default = N_("The file is too large.")


class Invalid(Refusal):
    """A value that no form let through; ``field`` names the input at fault, if any."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str = "", field: str = "", **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class TooMany(Refusal):
    """Too often in too short a time."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    default = N_("That was too often in a short time. Please wait a little and try again.")
