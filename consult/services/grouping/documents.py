"""What of a suggestion is compared."""

from consult.clustering import Document
from models.suggestion import Suggestion


def document_of(suggestion: Suggestion) -> Document:
    """What of a suggestion is compared: its title, and all the rest of its words."""
    return worded(suggestion.title, suggestion.facts, suggestion.proposal)


def worded(title: str, facts: str, proposal: str = "") -> Document:
    """The same for words that are not (yet) a suggestion."""
    return Document(title, "\n".join(part for part in (facts, proposal) if part))
