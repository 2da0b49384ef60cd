"""What a run starts from: the valid suggestions of a topic, and what people said of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.clustering import Document, Encoder
from consult.clustering.similarity.scoring import Weights
from consult.services.grouping.documents import worded
from consult.services.grouping.lineage import ANSWERED
from consult.services.grouping.similarity import threshold_of
from consult.services.grouping.vectors import stored_vectors, unpacked
from consult.services.grouping.weights import Standing, standing, weights_mark, weights_of
from models.cluster import Cluster, ClusterAct, Membership, PairConstraint, Verdict
from models.decision import Decision, DecisionState
from models.suggestion import Channel, Suggestion, SuggestionStatus
from models.theme import Theme
from models.topic import Topic

Pair = tuple[int, int]
#: What people may change while a run thinks, as one comparable value.
Mark = tuple[object, ...]
#: Letters of a text that name a theme.
READ = 400


@dataclass(frozen=True)
class Member:
    """A valid suggestion as a run sees it."""

    id: int
    document: Document
    digest: str
    #: What a cluster may be called by, and whether the public may read its words.
    title: str
    is_public: bool
    #: The cluster it is in, None if it was never placed.
    cluster_id: int | None
    #: Whether a person, or an answer, keeps it there.
    held: bool
    author_id: int
    channel: Channel
    created_at: datetime
    #: The beginning of what the public may read of it, without its title.
    published: str = ""


@dataclass(frozen=True)
class KnownTheme:
    """A living theme as a run finds it: by id, whether a person named it, and its clusters.

    ``held`` are those of its clusters that a person put there.
    """

    id: int
    is_named: bool
    cluster_ids: frozenset[int]
    held: frozenset[int]


@dataclass(frozen=True)
class Inputs:
    """All that decides what a run will do; nothing of it is tied to a session."""

    members: Sequence[Member]
    #: By suggestion; those without are encoded by the run.
    vectors: dict[int, npt.NDArray[np.float32]]
    same: Sequence[Pair]
    different: Sequence[Pair]
    #: The representative of each living cluster, where it has one.
    representatives: dict[int, int]
    threshold: float
    mark: Mark
    #: What the topic learnt from its staff, and when; None: the shipped weights.
    weights: Mapping[str, Weights] | None = None
    weights_mark: str = ""
    weights_standing: Standing = Standing.SHIPPED
    #: Clusters that people named, confirmed or answered: they are matched first.
    known: frozenset[int] = field(default_factory=frozenset)
    #: Those whose answer fixes their members.
    answered: frozenset[int] = field(default_factory=frozenset)
    themes: Sequence[KnownTheme] = ()


def gather(session: Session, topic: Topic, encoder: Encoder) -> Inputs:
    """Read everything a run of ``topic`` needs; a fixed number of queries."""
    around = circumstances(session, topic, encoder)
    stored = stored_vectors(session, topic.id, model=encoder.fingerprint)
    ids = [row.suggestion_id for row in stored]
    anchors = {around.representatives[key] for key in around.known & around.representatives.keys()}
    return replace(
        around,
        members=_members(session, topic, set(around.answered), anchors),
        vectors=dict(zip(ids, unpacked(stored), strict=True)),
    )


def circumstances(session: Session, topic: Topic, encoder: Encoder) -> Inputs:
    """Read all but the suggestions themselves: what people said, named, decided and set."""
    clusters = session.execute(
        select(
            Cluster.id, Cluster.representative_id, Cluster.named_by_id, Cluster.confirmed_at
        ).where(Cluster.topic_id == topic.id, Cluster.retired_at.is_(None))
    ).all()
    decided = dict(_decided(session, topic))
    known = {row.id for row in clusters if row.named_by_id or row.confirmed_at} | decided.keys()
    return Inputs(
        members=(),
        vectors={},
        same=_said(session, topic, Verdict.SAME),
        different=_said(session, topic, Verdict.DIFFERENT),
        representatives={
            row.id: row.representative_id for row in clusters if row.representative_id
        },
        threshold=threshold_of(topic),
        mark=mark(session, topic),
        weights=weights_of(topic, encoder.fingerprint),
        weights_mark=weights_mark(topic, encoder.fingerprint),
        weights_standing=standing(topic, encoder.fingerprint),
        known=frozenset(known),
        answered=frozenset(key for key, state in decided.items() if state in ANSWERED),
        themes=_themes(session, topic),
    )


def mark(session: Session, topic: Topic) -> Mark:
    """Changes whenever a person acts on the groups of ``topic``, sets the threshold or calibrates."""
    acts = select(func.max(ClusterAct.id), func.count(ClusterAct.undone_at))
    pairs = select(func.max(PairConstraint.id), func.count(PairConstraint.undone_at))
    decisions = select(Decision.state, func.count()).group_by(Decision.state)
    themes = select(func.count(Theme.id), func.sum(Theme.version))
    held = select(func.max(Cluster.theme_held_at))
    return (
        *session.execute(acts.where(ClusterAct.topic_id == topic.id)).one(),
        *session.execute(pairs.where(PairConstraint.topic_id == topic.id)).one(),
        *sorted(map(tuple, session.execute(decisions.where(Decision.topic_id == topic.id)))),
        *session.execute(themes.where(Theme.topic_id == topic.id)).one(),
        session.scalar(held.where(Cluster.topic_id == topic.id)),
        threshold_of(topic),
        (topic.calibration or {}).get("made_at"),
    )


def _decided(session: Session, topic: Topic) -> Sequence[tuple[int, DecisionState]]:
    query = select(Decision.cluster_id, Decision.state).where(
        Decision.topic_id == topic.id, Decision.state != DecisionState.WITHDRAWN
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _members(
    session: Session, topic: Topic, answered: set[int], anchors: set[int]
) -> Sequence[Member]:
    """The valid suggestions, oldest first.

    Held is what a person held, everything in an answered cluster, and the representative
    of a cluster that people know, so that it keeps its name, its decision and its address.
    """
    query = (
        select(
            Suggestion.id,
            Suggestion.title,
            Suggestion.facts,
            Suggestion.proposal,
            Suggestion.digest,
            Suggestion.public_title,
            Suggestion.publish_text,
            func.substr(Suggestion.public_facts, 1, READ).label("public_facts"),
            func.substr(Suggestion.public_proposal, 1, READ).label("public_proposal"),
            Suggestion.author_id,
            Suggestion.channel,
            Suggestion.created_at,
            Membership.cluster_id,
            Membership.held_at,
        )
        .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
        .where(Suggestion.topic_id == topic.id, Suggestion.status == SuggestionStatus.RECEIVED)
        .order_by(Suggestion.id)
    )
    return [
        Member(
            id=row.id,
            document=worded(row.title, row.facts, row.proposal),
            digest=row.digest,
            title=row.public_title if row.publish_text else f"№ {topic.id:04d}-{row.id:06d}",
            is_public=row.publish_text,
            cluster_id=row.cluster_id,
            held=row.cluster_id is not None
            and (row.held_at is not None or row.cluster_id in answered or row.id in anchors),
            author_id=row.author_id,
            channel=row.channel,
            created_at=row.created_at,
            published=f"{row.public_facts}\n{row.public_proposal}" if row.publish_text else "",
        )
        for row in session.execute(query)
    ]


def _themes(session: Session, topic: Topic) -> Sequence[KnownTheme]:
    """The living themes, oldest first, each with its living clusters."""
    inside: dict[int, set[int]] = defaultdict(set)
    held: dict[int, set[int]] = defaultdict(set)
    clusters = select(Cluster.id, Cluster.theme_id, Cluster.theme_held_at).where(
        Cluster.topic_id == topic.id, Cluster.retired_at.is_(None)
    )
    for cluster_id, theme_id, held_at in session.execute(clusters):
        if theme_id is None:
            continue
        inside[theme_id].add(cluster_id)
        if held_at is not None:
            held[theme_id].add(cluster_id)
    living = (
        select(Theme.id, Theme.named_by_id)
        .where(Theme.topic_id == topic.id, Theme.retired_at.is_(None))
        .order_by(Theme.id)
    )
    return [
        KnownTheme(key, named is not None, frozenset(inside[key]), frozenset(held[key]))
        for key, named in session.execute(living)
    ]


def _said(session: Session, topic: Topic, verdict: Verdict) -> Sequence[Pair]:
    query = (
        select(PairConstraint.first_id, PairConstraint.second_id)
        .where(
            PairConstraint.topic_id == topic.id,
            PairConstraint.undone_at.is_(None),
            PairConstraint.verdict == verdict,
        )
        .order_by(PairConstraint.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
