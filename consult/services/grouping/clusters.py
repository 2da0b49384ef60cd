"""Groups as the public sees them: only what authors let be shown, and counts of everything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import NotFound
from consult.services.grouping import group_search, themes
from consult.services.grouping.boards import living
from consult.services.grouping.campaigns import is_campaign
from consult.services.records import tallies
from consult.services.records.pages import Page, paginate, paginate_wide, widened
from consult.services.suggesting.faces import EXCERPT, PublicSuggestion, faces, loaded
from consult.text.normalise import clip
from models.cluster import Cluster, Membership
from models.decision import Decision, DecisionState, Outcome
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus
from models.tally import Count
from models.theme import Theme
from models.topic import Topic

SIZE = 20


class GroupSort(StrEnum):
    """Orders of the public list; support is people, authors and supporters together."""

    SUPPORT = "support"
    SIZE = "size"
    NEWEST = "newest"
    THEME = "theme"


ORDERS: dict[GroupSort, list[Any]] = {
    GroupSort.SUPPORT: [Cluster.people_count.desc()],
    GroupSort.SIZE: [Cluster.suggestion_count.desc()],
    GroupSort.NEWEST: [Cluster.newest_at.desc()],
    GroupSort.THEME: [*themes.BY_THEME, Cluster.people_count.desc()],
}


@dataclass(frozen=True)
class PublicGroup:
    """A group in a public list."""

    id: int
    name: str
    suggestion_count: int
    text_count: int
    people_count: int
    newest_at: datetime | None
    #: The beginning of the representative's words, where they may be shown.
    excerpt: str
    outcome: Outcome | None
    is_campaign: bool
    #: The theme it is in, None if in none that lives.
    theme: Theme | None


def by_id(session: Session, cluster_id: int) -> Cluster:
    """A group, living or retired, with its topic and representative.

    :raises NotFound: if there is none.
    """
    found = session.scalar(
        select(Cluster)
        .where(Cluster.id == cluster_id)
        .options(
            joinedload(Cluster.topic),
            joinedload(Cluster.representative),
            joinedload(Cluster.nearest),
            joinedload(Cluster.theme),
            joinedload(Cluster.retired_into),
            joinedload(Cluster.named_by),
            joinedload(Cluster.confirmed_by),
        )
    )
    if found is None:
        raise NotFound
    return found


def of_suggestion(session: Session, suggestion: Suggestion) -> Cluster | None:
    """The group that ``suggestion`` is in."""
    return session.scalar(
        select(Cluster)
        .join(Membership, Membership.cluster_id == Cluster.id)
        .where(Membership.suggestion_id == suggestion.id)
    )


def public_page(
    session: Session,
    topic: Topic,
    *,
    sort: GroupSort = GroupSort.SUPPORT,
    words: str = "",
    theme: str = "",
    page: int = 1,
) -> Page[PublicGroup]:
    """One page of the groups of ``topic``; a handful of queries. ``theme`` is a key of :class:`ThemeCounts`.

    Of ``words`` see :mod:`consult.services.grouping.group_search`.
    """
    query = living(topic)
    if theme:
        query = query.where(themes.in_theme(session, topic, theme))
    query = query.order_by(*ORDERS[sort], Cluster.id)
    options = [joinedload(Cluster.representative), joinedload(Cluster.theme)]
    if words:
        ids = group_search.found(
            session, query, topic=topic, words=words, is_public=True, page=page, size=SIZE
        )
        found = widened(session, Cluster.id, ids, options=options)
    else:
        total = _known_total(session, topic, theme)
        found = paginate_wide(
            session, query, Cluster.id, options=options, page=page, size=SIZE, total=total
        )
    outcomes = published_outcomes(session, [cluster.id for cluster in found.items])
    items = [_face(cluster, outcomes.get(cluster.id)) for cluster in found.items]
    return found.with_items(items)


def _known_total(session: Session, topic: Topic, theme: str) -> int | None:
    """How many groups there are, where that is kept."""
    if theme == themes.OTHER:  # groups of retired themes are among these
        return None
    groups = tallies.by_key(session, topic.id, Count.GROUPS)
    if not theme:
        return sum(groups.values())
    found = themes.wanted(session, topic, theme)
    return groups.get(found.id, 0) if found else 0


def public_members(
    session: Session, cluster: Cluster, *, reader: Person | None, page: int = 1
) -> Page[PublicSuggestion]:
    """The members that may be shown, the representative first, then the most supported."""
    query = (
        _shown(cluster)
        .options(*loaded())
        .order_by(
            Suggestion.id != (cluster.representative_id or 0),
            Suggestion.support_count.desc(),
            Suggestion.id,
        )
    )
    found = paginate(session, query, page=page, size=SIZE)
    return replace(found, items=faces(session, found.items, reader=reader))


def public_keywords(cluster: Cluster, shown: Sequence[PublicSuggestion]) -> list[str]:
    """Of the words that keep it together those that stand in what the public reads.

    They are taken from the words of all members, unmasked and published or not.
    """
    texts = "\n".join(f"{one.title}\n{one.facts}\n{one.proposal}" for one in shown)
    text = normalize("NFKC", texts).casefold()
    return [word for word in map(str, cluster.keywords) if word.casefold() in text]


def published_outcomes(session: Session, cluster_ids: list[int]) -> dict[int, Outcome]:
    """What was published on these groups."""
    query = select(Decision.cluster_id, Decision.outcome).where(
        Decision.cluster_id.in_(cluster_ids), Decision.state == DecisionState.PUBLISHED
    )
    return {row[0]: row[1] for row in session.execute(query)}


def published_decision(session: Session, cluster: Cluster) -> Decision | None:
    """The published answer to ``cluster``."""
    return session.scalar(
        select(Decision)
        .filter_by(cluster_id=cluster.id, state=DecisionState.PUBLISHED)
        .options(joinedload(Decision.unit))
    )


def _shown(cluster: Cluster) -> Select[Suggestion]:
    return (
        select(Suggestion)
        .join(Membership, Membership.suggestion_id == Suggestion.id)
        .where(
            Membership.cluster_id == cluster.id,
            Suggestion.status == SuggestionStatus.RECEIVED,
            Suggestion.publish_text,
        )
    )


def _face(cluster: Cluster, outcome: Outcome | None) -> PublicGroup:
    best = cluster.representative
    shown = best is not None and best.is_public
    return PublicGroup(
        id=cluster.id,
        name=cluster.name,
        suggestion_count=cluster.suggestion_count,
        text_count=cluster.text_count,
        people_count=cluster.people_count,
        newest_at=cluster.newest_at,
        excerpt=clip(best.public_facts, EXCERPT) if best is not None and shown else "",
        outcome=outcome,
        is_campaign=is_campaign(cluster),
        theme=themes.standing(cluster),
    )
