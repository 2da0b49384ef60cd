"""A large topic as a run sees it, in arrays: where each valid suggestion is, and its texts in a stream."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.reading import Entry
from consult.services.grouping.documents import worded
from models.cluster import Membership
from models.suggestion import Channel, Embedding, Suggestion, SuggestionStatus

Array = npt.NDArray[Any]
#: Rows read at a time, with texts and without.
PAGE, NARROW_PAGE = 5_000, 20_000
#: Under this name the working folder keeps which suggestion each row is, and a mark of its words.
MEMBERS = "members"
CHANNELS = list(Channel)
Read = Callable[[int], Sequence[Any]]


def mark_of(digest: str) -> int:
    """A number that changes with the words."""
    return int.from_bytes(hashlib.blake2b(digest.encode(), digest_size=7).digest(), "big")


def count(session: Session, topic_id: int) -> int:
    """How many valid suggestions a topic has."""
    valid = _valid(topic_id)
    return session.scalar(select(func.count()).select_from(Suggestion).where(*valid)) or 0


def texts_after(session: Session, topic_id: int, after: int) -> Sequence[Any]:
    """The next valid suggestions with their words, by id."""
    query = (
        select(
            Suggestion.id,
            Suggestion.title,
            Suggestion.facts,
            Suggestion.proposal,
            Suggestion.digest,
        )
        .where(*_valid(topic_id), Suggestion.id > after)
        .order_by(Suggestion.id)
        .limit(PAGE)
    )
    return session.execute(query).all()


@dataclass(frozen=True)
class TopicTexts:
    """The texts of a topic for :class:`~consult.clustering.bulk.BulkClusterer`, page by page.

    ``read`` gives the next page after an id, in a transaction of its own; which rows they became
    is kept in ``work``.
    """

    topic_id: int
    run_id: int
    work: Path
    read: Read

    def facts(self) -> Mapping[str, object]:
        """What the working folder is for."""
        return {"topic": self.topic_id, "run": self.run_id}

    def entries(self) -> Iterator[Entry]:
        """All texts, the oldest first."""
        members: list[tuple[int, int]] = []
        while page := self.read(members[-1][0] if members else 0):
            for row in page:
                members.append((row.id, mark_of(row.digest)))
                document = worded(row.title, row.facts, row.proposal)
                yield Entry(
                    len(members), str(row.id), document.title.strip(), document.body.strip()
                )
        Folder(self.work).save(MEMBERS, np.array(members, np.int64).reshape(-1, 2))


def places_after(session: Session, topic_id: int, after: int, model: str) -> Sequence[Any]:
    """The next valid suggestions with their place, by id, without their words."""
    current = (Embedding.model == model) & (Embedding.digest == Suggestion.digest)
    query = (
        select(
            Suggestion.id,
            Suggestion.digest,
            Suggestion.author_id,
            Suggestion.channel,
            Suggestion.created_at,
            Suggestion.publish_text,
            Membership.cluster_id,
            Membership.held_at,
            Membership.similarity,
            Membership.uncertain,
            current.label("is_current"),
        )
        .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
        .outerjoin(Embedding, Embedding.suggestion_id == Suggestion.id)
        .where(*_valid(topic_id), Suggestion.id > after)
        .order_by(Suggestion.id)
        .limit(NARROW_PAGE)
    )
    return session.execute(query).all()


@dataclass(frozen=True)
class Standing:
    """Where the suggestions of a run are now, one row each, by id; some 80 bytes a row.

    ``rows`` is the row of each in the working folder, ``clusters`` 0 for none, ``encoded`` whether
    its vector is that of its words. Those that went, or whose words were changed since they were
    read, are left out: they are placed anew by themselves.
    """

    ids: Array
    marks: Array
    rows: Array
    clusters: Array
    held: Array
    authors: Array
    channels: Array
    created: Array
    public: Array
    similarities: Array
    uncertain: Array
    encoded: Array

    @classmethod
    def of(
        cls, members: Array, read: Read, *, answered: Sequence[int], anchors: Sequence[int]
    ) -> "Standing":
        """Read where ``members`` (id and mark of the words) are; ``read`` gives the next page."""
        pages, after = [np.zeros(0, COLUMNS)], 0
        while page := read(after):
            after = page[-1].id
            pages.append(np.array([_row(one) for one in page], COLUMNS))
        found = np.concatenate(pages)
        rows = np.minimum(np.searchsorted(members[:, 0], found["id"]), max(len(members) - 1, 0))
        same = (members[rows, 0] == found["id"]) & (members[rows, 1] == found["mark"])
        found, rows = found[same], rows[same]
        kept = found["held"] | np.isin(found["cluster"], answered) | np.isin(found["id"], anchors)
        return cls(
            ids=found["id"],
            marks=found["mark"],
            rows=rows,
            clusters=found["cluster"],
            held=kept & (found["cluster"] > 0),
            authors=found["author"],
            channels=found["channel"],
            created=found["created"],
            public=found["public"],
            similarities=found["similarity"],
            uncertain=found["uncertain"],
            encoded=found["encoded"],
        )

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: Sequence[int]) -> Array:
        """Where some suggestions are in these arrays; -1 for one that is not there."""
        wanted = np.asarray(ids, np.int64)
        at = np.minimum(np.searchsorted(self.ids, wanted), max(len(self) - 1, 0))
        known = self.ids[at] == wanted if len(self) else np.zeros(len(wanted), bool)
        return np.where(known, at, -1)


COLUMNS = np.dtype(
    [
        ("id", np.int64),
        ("mark", np.int64),
        ("author", np.int64),
        ("channel", np.int8),
        ("created", np.float64),
        ("public", np.bool_),
        ("cluster", np.int64),
        ("held", np.bool_),
        ("similarity", np.float32),
        ("uncertain", np.bool_),
        ("encoded", np.bool_),
    ]
)


def _row(one: Any) -> tuple[object, ...]:
    return (
        one.id,
        mark_of(one.digest),
        one.author_id,
        CHANNELS.index(one.channel),
        one.created_at.timestamp(),
        one.publish_text,
        one.cluster_id or 0,
        one.held_at is not None,
        one.similarity or 0.0,
        bool(one.uncertain),
        bool(one.is_current),
    )


def _valid(topic_id: int) -> tuple[Any, ...]:
    return Suggestion.topic_id == topic_id, Suggestion.status == SuggestionStatus.RECEIVED
