"""Acts that the web and the console share."""

from consult.permissions import Permission, require
from models.person import Person


def require_of(actor: Person | None, permission: Permission, subject: object = None) -> None:
    """Ask the table, unless ``actor`` is None: the operator at the console of the server.

    Somebody has to appoint the first administrator. A page never passes None.
    """
    if actor is not None:
        require(actor, permission, subject)
