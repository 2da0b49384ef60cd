"""People: accounts, who they are and how they are found."""

from consult.services.sessions import open_session, person_of

__all__ = ["open_session", "person_of"]
