"""The words of a suggestion: tidied, checked, and with personal data masked for the public."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.clustering import digest
from consult.exceptions import N_, Invalid
from consult.text.normalise import tidy, tidy_line
from consult.text.personal_data import find_personal_data, mask
from models.suggestion import Suggestion, SuggestionVersion

MAX_PLACE = 200


@dataclass(frozen=True)
class Words:
    """What the author wrote, tidied."""

    title: str
    facts: str
    proposal: str = ""
    place: str = ""

    @property
    def digest(self) -> str:
        """Equal for words that differ in case, width, blanks or punctuation only."""
        return digest(f"{self.title}\n{self.facts}\n{self.proposal}")


@dataclass(frozen=True)
class Found:
    """Personal data in one of the fields, and how the public will see it."""

    field: str
    kind: str
    original: str
    masked: str


def written(*, title: str, facts: str, proposal: str = "", place: str = "") -> Words:
    """Tidy the words and check them.

    :raises Invalid: if some are missing or too long; its ``field`` says which.
    """
    words = Words(tidy_line(title), tidy(facts), tidy(proposal), tidy_line(place))
    if not words.title:
        raise Invalid(N_("Give your suggestion a title."), field="title")
    if not words.facts:
        raise Invalid(N_("Say what it is about before you send it."), field="facts")
    _limit(words.title, Suggestion.MAX_TITLE, "title")
    _limit(words.facts, Suggestion.MAX_TEXT, "facts")
    _limit(words.proposal, Suggestion.MAX_TEXT, "proposal")
    _limit(words.place, MAX_PLACE, "place")
    return words


def _limit(text: str, most: int, field: str) -> None:
    if len(text) > most:
        raise Invalid(
            N_("Keep this under %(most)s characters; these are %(length)s."),
            field=field,
            most=most,
            length=len(text),
        )


def personal_data(words: Words) -> list[Found]:
    """Everything in the words that would tell the public who or where somebody is."""
    return [
        Found(field, finding.kind, finding.text, finding.masked)
        for field in ("title", "facts", "proposal", "place")
        for finding in find_personal_data(getattr(words, field))
    ]


def of(suggestion: Suggestion) -> Words:
    """The words as they stand."""
    return Words(suggestion.title, suggestion.facts, suggestion.proposal, suggestion.place)


def columns(words: Words) -> dict[str, str]:
    """The words as they are stored, and what the public reads of them."""
    return {
        **asdict(words),
        "public_title": mask(words.title),
        "public_facts": mask(words.facts),
        "public_proposal": mask(words.proposal),
        "digest": words.digest,
    }


def put(words: Words, suggestion: Suggestion) -> None:
    """Write the words, and what the public reads of them, into ``suggestion``."""
    for name, value in columns(words).items():
        setattr(suggestion, name, value)


def keep(session: Session, suggestion: Suggestion, *, now: datetime) -> None:
    """Keep the words as they are, before an edit."""
    kept = session.scalar(
        select(func.count()).where(SuggestionVersion.suggestion_id == suggestion.id)
    )
    session.add(
        SuggestionVersion(
            suggestion_id=suggestion.id,
            number=(kept or 0) + 1,
            created_at=now,
            **asdict(of(suggestion)),
        )
    )
