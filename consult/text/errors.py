"""Errors that explain themselves to a person, in any language.

Explained
├── DocumentUnreadable    consult.text: a document that cannot be turned into text
└── TableError            consult.tables: see there
"""


class Explained(Exception):  # noqa: N818 - named for what it does, like a refusal
    """Something is wrong with what was given; ``message`` and ``params`` stay apart for translation."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message, params)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params


class DocumentUnreadable(Explained):
    """A document is of another kind, locked, damaged, too large or in no known encoding."""
