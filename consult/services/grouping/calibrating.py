"""Calibrating: what staff judged corrects how a topic weighs likeness.

Nothing moves by it: the next run and what arrives from then on go by the new weights.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.clustering import Encoder
from consult.clustering.similarity.topic_calibration import (
    ENOUGH,
    ENOUGH_OF_EACH,
    Calibration,
    Point,
)
from consult.clustering.similarity.topic_calibration import calibrate as learn
from consult.exceptions import N_, Conflict, Refusal
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping.cluster_counts import chunks
from consult.services.grouping.documents import document_of
from consult.services.records import ledger
from models.cluster import Cluster, Membership, PairConstraint, Verdict
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic

#: Members of one confirmed group that are learnt from: else the largest would drown the others.
FROM_ONE_GROUP = 20
#: Suggestions read besides the judged ones, to know which words are rare in the topic.
BESIDE = 4000

Pair = tuple[int, int]


@dataclass(frozen=True)
class Judged:
    """Pairs of suggestions with whether staff call them the same, by who said so."""

    said: Mapping[Pair, bool] = field(default_factory=dict)
    #: From groups that somebody confirmed: members are the same, neighbours are not.
    implied: Mapping[Pair, bool] = field(default_factory=dict)

    @property
    def answers(self) -> dict[Pair, bool]:
        """All of them; what was said of a pair goes before what a group implies."""
        return {**self.implied, **self.said}

    @property
    def same(self) -> int:
        """How many are the same."""
        return sum(self.answers.values())

    @property
    def enough(self) -> bool:
        """Whether they are enough to learn from, and to tell how good it is."""
        answers = self.answers
        least = min(self.same, len(answers) - self.same)
        return len(answers) >= ENOUGH and least >= ENOUGH_OF_EACH


def calibrate(
    session: Session, *, topic: Topic, encoder: Encoder, actor: Person | None, now: datetime
) -> Calibration:
    """Learn weights from all that staff judged in ``topic``, and keep them with their curve.

    ``actor`` is None for the command line. Takes seconds where thousands came.

    :raises Conflict: if there are too few judged pairs, saying how many are needed.
    """
    pairs = _enough(session, topic, actor, now)
    ids, suggestions = _documents(session, topic, pairs.answers)
    place = {suggestion_id: at for at, suggestion_id in enumerate(ids)}
    found = learn(
        [document_of(one) for one in suggestions],
        [(place[first], place[second]) for first, second in pairs.answers],
        list(pairs.answers.values()),
        encoder,
    )
    topic.calibration = {
        "made_at": now.isoformat(),
        "model": encoder.fingerprint,
        "pairs": found.pairs,
        "same": found.same,
        "cross_validated": found.cross_validated,
        "threshold": found.threshold,
        "curve": _stored(found.curve),
        "before": _stored(found.before),
        "weights": found.stored() if found.improved else None,
    }
    _record(session, topic, actor, now, pairs=found.pairs, improved=found.improved)
    return found


def ask(session: Session, *, topic: Topic, actor: Person, now: datetime) -> None:
    """Have a worker learn; what was learnt before holds meanwhile.

    :raises Conflict: if there are too few judged pairs, saying how many are needed.
    """
    _enough(session, topic, actor, now)
    asked = {"asked_at": now.isoformat(), "asked_by": actor.id}
    topic.calibration = {**(topic.calibration or {}), **asked}


def asked_for(session: Session) -> list[int]:
    """The topics whose staff asked for learning that was not done yet."""
    asked = Topic.calibration["asked_at"].as_string().is_not(None)
    return list(session.scalars(select(Topic.id).where(asked)))


def learn_as_asked(session: Session, *, topic_id: int, encoder: Encoder, now: datetime) -> None:
    """Do what was asked for; where it can no longer be done, all stays as it was."""
    topic = session.get(Topic, topic_id)
    if topic is None or "asked_at" not in (topic.calibration or {}):
        return
    before = dict(topic.calibration or {})
    actor = session.get(Person, before.pop("asked_by"))
    del before["asked_at"]
    topic.calibration = before or None
    with suppress(Refusal):
        calibrate(session, topic=topic, encoder=encoder, actor=actor, now=now)


def learnt(topic: Topic) -> dict[str, Any] | None:
    """What was learnt, with its curve; None: nothing yet."""
    stored = topic.calibration
    return stored if stored and "curve" in stored else None


def _enough(session: Session, topic: Topic, actor: Person | None, now: datetime) -> Judged:
    """What there is to learn from, if this may be done now and it is enough."""
    if actor is not None:
        require(actor, Permission.CLUSTER_REGROUP, topic)
    require_phase(topic, TopicAct.GROUP, now)
    pairs = judged(session, topic)
    if not pairs.enough:
        raise Conflict(
            N_(
                "There are %(pairs)s judged pairs (%(same)s the same, %(different)s not). "
                "%(enough)s are needed, at least %(each)s of each answer."
            ),
            pairs=len(pairs.answers),
            same=pairs.same,
            different=len(pairs.answers) - pairs.same,
            enough=ENOUGH,
            each=ENOUGH_OF_EACH,
        )
    return pairs


def reset(session: Session, *, topic: Topic, actor: Person | None, now: datetime) -> None:
    """Let the shipped weights hold again."""
    if actor is not None:
        require(actor, Permission.CLUSTER_REGROUP, topic)
    require_phase(topic, TopicAct.GROUP, now)
    topic.calibration = None
    _record(session, topic, actor, now, pairs=0, improved=False)


def judged(session: Session, topic: Topic) -> Judged:
    """What staff said of pairs in ``topic``, and what confirmed groups imply; valid ones only.

    Exact copies teach nothing and are left out.
    """
    said = {
        (one.first_id, one.second_id): one.verdict is Verdict.SAME
        for one in session.scalars(
            select(PairConstraint)
            .where(PairConstraint.topic_id == topic.id, PairConstraint.undone_at.is_(None))
            .order_by(PairConstraint.id)
        )
    }
    implied = dict(_implied(session, topic))
    ends = {end for pair in (*said, *implied) for end in pair}
    digests = _digests(session, ends)

    def kept(pairs: Mapping[Pair, bool]) -> dict[Pair, bool]:
        return {
            (first, second): same
            for (first, second), same in pairs.items()
            if first in digests and second in digests and digests[first] != digests[second]
        }

    return Judged(kept(said), kept(implied))


def _implied(session: Session, topic: Topic) -> Iterator[tuple[Pair, bool]]:
    """A confirmed group holds the same; it and a confirmed neighbour do not."""
    clusters = {
        one.id: one
        for one in session.scalars(
            select(Cluster)
            .where(
                Cluster.topic_id == topic.id,
                Cluster.retired_at.is_(None),
                Cluster.confirmed_at.is_not(None),
                Cluster.representative_id.is_not(None),
            )
            .order_by(Cluster.id)
        )
    }
    for one in clusters.values():
        middle = _number(one.representative_id)
        for member in _members(session, one):
            if member != middle:
                yield _ordered(middle, member), True
        near = clusters.get(one.nearest_id or 0)
        if near is not None:
            yield _ordered(middle, _number(near.representative_id)), False


def _members(session: Session, cluster: Cluster) -> Iterable[int]:
    """The members that a person held, or all where nobody held any, evenly chosen."""
    rows = session.execute(
        select(Membership.suggestion_id, Membership.held_at)
        .where(Membership.cluster_id == cluster.id)
        .order_by(Membership.suggestion_id)
    ).all()
    held = [row.suggestion_id for row in rows if row.held_at] or [row.suggestion_id for row in rows]
    return held[:: max(1, -(-len(held) // FROM_ONE_GROUP))]


def _documents(
    session: Session, topic: Topic, pairs: Iterable[Pair]
) -> tuple[list[int], Sequence[Suggestion]]:
    """The judged suggestions, and others evenly from the whole topic."""
    wanted = {end for pair in pairs for end in pair}
    every = session.scalars(
        select(Suggestion.id)
        .where(Suggestion.topic_id == topic.id, Suggestion.status == SuggestionStatus.RECEIVED)
        .order_by(Suggestion.id)
    ).all()
    ids = sorted(wanted | set(every[:: max(1, -(-len(every) // BESIDE))]))
    found = {
        one.id: one
        for part in chunks(ids)
        for one in session.scalars(select(Suggestion).where(Suggestion.id.in_(part)))
    }
    return ids, [found[one] for one in ids]


def _digests(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The digests of those that are valid."""
    return {
        row.id: row.digest
        for part in chunks(sorted(ids))
        for row in session.execute(
            select(Suggestion.id, Suggestion.digest).where(
                Suggestion.id.in_(part), Suggestion.status == SuggestionStatus.RECEIVED
            )
        )
    }


def _record(
    session: Session, topic: Topic, actor: Person | None, now: datetime, **details: object
) -> None:
    ledger.record(session, "topic.calibrated", topic, actor=actor, now=now, **details)


def _stored(curve: Sequence[Point]) -> list[list[float]]:
    return [[point.threshold, point.precision, point.recall] for point in curve]


def _ordered(first: int, second: int) -> Pair:
    return min(first, second), max(first, second)


def _number(value: int | None) -> int:
    return value or 0
