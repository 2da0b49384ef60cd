"""The similarity indexes of the topics, kept in this process and derived from the database."""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.clustering import Encoder, Index
from consult.clustering.grouping.numbers import REQUESTS
from consult.clustering.index.counts import TokenCounts
from consult.clustering.similarity.scoring import Weights, among_requests, shipped_weights
from consult.services.grouping import vectors
from consult.services.grouping.documents import document_of, worded
from consult.services.grouping.encoding import Encoding
from consult.services.grouping.stored_index import Searched, StoredIndex
from consult.services.grouping.topic_words import KnownWords
from consult.services.grouping.uncommitted import uncommitted
from consult.services.grouping.vectors import Stored, is_served, stored_vectors, unpacked
from consult.services.grouping.weights import weights_mark, weights_of
from models.run import Run, RunState
from models.suggestion import Embedding, Suggestion, SuggestionStatus
from models.topic import Topic

#: How probable "the same request" must be, where the topic says nothing else.
DEFAULT_THRESHOLD = 0.5
#: Topics held in memory at a time; 10,000 suggestions of real length take about 50 MB.
CAPACITY = 16
#: A topic with more suggestions than this is searched by PostgreSQL, not in memory.
STORED_FROM = 1000
#: Who places what arrives keeps larger ones as well: in memory that is five times as fast.
HELD_BY_WORKERS = 10_000


def threshold_of(topic: Topic) -> float:
    """From which similarity on two suggestions of ``topic`` are taken for the same."""
    return DEFAULT_THRESHOLD if topic.threshold is None else topic.threshold


@dataclass(frozen=True)
class Applied:
    """What placement goes by between two runs."""

    #: How probable "the same request" must be to join a group.
    joins: float
    #: From here on the next run may well join it, though placement does not.
    doubtful: float


def applied_threshold(session: Session, topic: Topic) -> Applied:
    """The threshold that placement goes by, so that it and a run agree.

    A run may apply another than was set. A higher one, where all texts of a topic are alike,
    holds for what arrives as well. A lower one, where people say one thing in quite other words
    (ideas), does not: a run weighs all pairs of all texts against it at once, and a single
    newcomer would join by chance likeness. It begins a group of its own, marked as uncertain,
    and the next run decides. Both hold until another threshold is set; then only what was raised.
    """
    wanted, settings = threshold_of(topic), _last_settings(session, topic)
    applied, asked = (settings.get(name) for name in ("applied_threshold", "threshold"))
    if not isinstance(applied, float) or not isinstance(asked, float):
        return Applied(wanted, wanted)
    if applied > asked:
        raised = applied if math.isclose(asked, wanted) else max(wanted, applied)
        return Applied(raised, raised)
    return Applied(wanted, applied if math.isclose(asked, wanted) else wanted)


def _last_settings(session: Session, topic: Topic) -> Mapping[str, Any]:
    """What the last finished run of ``topic`` was made with."""
    settings = session.scalar(
        select(Run.settings)
        .where(Run.topic_id == topic.id, Run.state == RunState.FINISHED)
        .order_by(Run.number.desc())
        .limit(1)
    )
    return settings or {}


def _sought(session: Session, topic: Topic) -> str:
    """Whether the last run took the texts for requests or for ideas; empty before the first."""
    return str(_last_settings(session, topic).get("sought", ""))


@dataclass
class _Kept:
    """One topic's index, by which weights and model, and up to where it has followed the database."""

    index: Index = field(default_factory=Index)
    weights: str = ""
    model: str = ""
    lock: Lock = field(default_factory=Lock)
    last: int = 0
    out_mark: tuple[int, datetime | None] = (0, None)
    out: frozenset[int] = frozenset()


class TopicIndexes:
    """One similarity index a topic, loaded when first asked for and then kept fresh.

    Every call looks at the database (a few indexed queries) and takes in what is new there,
    so that several processes agree without talking. A large topic on PostgreSQL stays there:
    :class:`~consult.services.grouping.stored_index.StoredIndex`. May be shared by threads.

    Parameters
    ----------
    spec
        Which encoder, as :func:`consult.clustering.load_encoder` takes it.
    stored_from
        From so many suggestions on a topic is searched by PostgreSQL.
    """

    def __init__(self, spec: str, *, stored_from: int = STORED_FROM) -> None:
        self.stored_from = stored_from
        #: So many suggestions of a topic are kept here, though PostgreSQL could search them.
        self.held = 0
        self._encoding = Encoding(spec)
        self._words = KnownWords()
        self._topics: OrderedDict[int, _Kept] = OrderedDict()
        self._choosing = Lock()

    @property
    def encoder(self) -> Encoder:
        """The encoder; loaded on first use, which may take seconds and torch."""
        return self._encoding.encoder

    def at_hand(self, session: Session, topic: Topic) -> Encoder:
        """The encoder as far as it can be had without loading torch now: searches go by it."""
        return self._encoding.at_hand(session, topic)

    def search(
        self, session: Session, topic: Topic, *, shown_only: bool = False
    ) -> Sequence[Searched]:
        """Where ``session`` finds all suggestions of ``topic`` that have a vector, its own included.

        Suggestions without one are left to :mod:`consult.services.grouping.placement`. With
        ``shown_only`` a large topic is asked only for what the public may read.
        """
        counts = self._counts(session, topic)
        if counts is None:
            return self.index(session, topic), self.uncommitted(session, topic)
        encoder = self.at_hand(session, topic)
        found = StoredIndex(
            session,
            topic,
            model=encoder.fingerprint,
            width=encoder.dimension,
            counts=counts,
            weights=self._weights(session, topic),
            shown_only=shown_only,
        )
        return (found,)

    def _counts(self, session: Session, topic: Topic) -> TokenCounts | None:
        """What is known of the words of a topic that stays in the database; None: it fits into memory.

        Where they have not been counted yet, words are as rare as in ordinary messages.
        """
        if not is_served(session):
            return None
        if self.held and _are_few(session, topic, self.held):
            return None
        if counts := self._words.of(session, topic.id):
            return counts
        if _are_few(session, topic, self.stored_from):
            return None
        return TokenCounts.none(self.at_hand(session, topic).dimension)

    def index(self, session: Session, topic: Topic) -> Index:
        """The index of ``topic`` in memory; ids in it are those of suggestions.

        10,000 suggestions take some seconds the first time.
        """
        settled = topic.id not in uncommitted(session)
        kept = self._kept(session, topic, renew=settled)
        if settled:
            with kept.lock:
                self._add_new(session, topic, kept)
                self._drop_invalid(session, topic, kept)
        return kept.index

    def uncommitted(self, session: Session, topic: Topic) -> Index:
        """What was stored in this transaction, which the shared index learns after its commit.

        Were it entered at once, a roll-back would leave texts there that do not exist.
        """
        waiting, index = uncommitted(session).get(topic.id) or ([], self._empty(session, topic))
        for ids, documents, rows in waiting:
            index.add(ids, documents, rows)
        waiting.clear()
        return index

    def store(
        self,
        session: Session,
        topic: Topic,
        suggestions: Sequence[Suggestion],
        rows: npt.NDArray[np.float32],
        *,
        searchable: bool = False,
    ) -> None:
        """Keep the vectors of ``suggestions`` of ``topic``, in place of those they had.

        Few are ``searchable`` at once; many are taken in by a job, which is quicker.
        """
        encoder = self.encoder
        vectors.store(
            session,
            suggestions,
            rows,
            model=encoder.fingerprint,
            dimension=encoder.dimension,
            searchable=searchable,
        )
        if self._counts(session, topic) is not None:
            return
        # Entered into an index only if somebody asks: a run stores many and asks nothing.
        waiting, _index = uncommitted(session).setdefault(
            topic.id, ([], self._empty(session, topic))
        )
        ids, documents = [one.id for one in suggestions], [document_of(one) for one in suggestions]
        waiting.append((ids, documents, rows))

    def _kept(self, session: Session, topic: Topic, *, renew: bool) -> _Kept:
        """The index that is kept; with ``renew`` an empty one if other weights hold by now."""
        model = self.at_hand(session, topic).fingerprint
        mark = f"{model} {weights_mark(topic, model)} {_sought(session, topic)}"
        with self._choosing:
            kept = self._topics.get(topic.id)
            if kept is None or (renew and kept.weights != mark):
                kept = self._topics[topic.id] = _Kept(self._empty(session, topic), mark, model)
            self._topics.move_to_end(topic.id)
            while len(self._topics) > CAPACITY:
                self._topics.popitem(last=False)
            return kept

    def _empty(self, session: Session, topic: Topic) -> Index:
        return Index(weights=self._weights(session, topic))

    def _weights(self, session: Session, topic: Topic) -> Mapping[str, Weights] | None:
        """How the last run of ``topic`` weighed likeness."""
        weights = weights_of(topic, self.at_hand(session, topic).fingerprint)
        if _sought(session, topic) == REQUESTS:
            return among_requests(weights or shipped_weights())
        return weights

    def _add_new(self, session: Session, topic: Topic, kept: _Kept) -> None:
        newest = session.scalar(
            select(func.max(Embedding.id)).where(Embedding.topic_id == topic.id)
        )
        if newest is None or newest <= kept.last:
            return
        rows = stored_vectors(session, topic.id, model=kept.model, after=kept.last)
        _enter(kept.index, rows)
        kept.last = newest

    def _drop_invalid(self, session: Session, topic: Topic, kept: _Kept) -> None:
        """Follow withdrawals and refusals, and what was accepted again after one."""
        not_counted = (
            Suggestion.topic_id == topic.id,
            Suggestion.status.in_([SuggestionStatus.WITHDRAWN, SuggestionStatus.NOT_ACCEPTED]),
        )
        count, latest = session.execute(
            select(func.count(), func.max(Suggestion.status_at)).where(*not_counted)
        ).one()
        if (count, latest) == kept.out_mark:
            return
        out = frozenset(session.scalars(select(Suggestion.id).where(*not_counted)))
        for suggestion_id in out:
            kept.index.remove(suggestion_id)
        if back := kept.out - out:
            _enter(kept.index, stored_vectors(session, topic.id, model=kept.model, only=back))
        kept.out, kept.out_mark = out, (count, latest)


def _are_few(session: Session, topic: Topic, most: int) -> bool:
    """Say whether no more than ``most`` suggestions of ``topic`` have a vector."""
    some = select(1).where(Embedding.topic_id == topic.id).limit(most + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= most


def _enter(index: Index, rows: list[Stored]) -> None:
    if rows:
        documents = [worded(row.title, row.facts, row.proposal) for row in rows]
        index.add([row.suggestion_id for row in rows], documents, unpacked(rows))
