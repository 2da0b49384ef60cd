"""Finding groups by words, at a cost that hardly grows with the topic.

A group is found by its name, and by the title of any of its members. Where very many suggestions have
the words, every large group has a member that says them: then it is found by its name and by the title
of its representative, and the list is read from its top until the page is full.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CompoundSelect

from consult.services.records import tallies
from consult.services.records.pages import Page
from consult.services.suggesting.word_search import among, asked_for, has, having, page_of
from consult.text.tokens import telling
from models.cluster import Cluster, Membership
from models.suggestion import Suggestion, SuggestionStatus
from models.tally import Count
from models.topic import Topic

#: So many suggestions with the words are followed to their groups; a topic of no more needs no index, so
#: that parts of words are found in it too.
MOST = 1000
#: Groups of the list that are read for words that more have: the first page stands among a few.
READ = (400, 10_000)


def found(
    session: Session,
    query: Select[Cluster],
    *,
    topic: Topic,
    words: str,
    is_public: bool,
    page: int,
    size: int,
) -> Page[int]:
    """One page of the ids of those groups that ``query`` lists, in its order, that have all ``words``.

    For the public only the titles count that authors let be shown. A list that was not read to its end
    says that there are more.
    """
    asked = asked_for(words)
    if not all(map(telling, asked)):
        return page_of([], 1, size)
    title = Suggestion.public_title if is_public else Suggestion.title
    shown = [Suggestion.status == SuggestionStatus.RECEIVED, Suggestion.publish_text]
    speaks: list[Any] = [*(has(word, [title]) for word in asked), *(shown if is_public else [])]
    named: list[Any] = [has(word, [Cluster.name]) for word in asked]
    known = None
    if sum(tallies.by_key(session, topic.id, Count.VALID).values()) > MOST:
        known = having(session, [topic.id], asked, most=MOST)
        if len(known) > MOST:
            return _walked(session, query, named, speaks, page, size)
    chosen = query.with_only_columns(Cluster.id).where(
        Cluster.id.in_(_having(session, topic, known, named, speaks))
    )
    return page_of(list(session.scalars(chosen)), max(1, page), size)


def _having(
    session: Session,
    topic: Topic,
    known: Sequence[int] | None,
    named: Sequence[Any],
    speaks: Sequence[Any],
) -> CompoundSelect[Any]:
    """Groups that have the words: of the suggestions ``known`` (None: of all of the topic), or by their name.

    Of a large topic only names given by people are read: a name that a run gave comes out of the members'
    words, so that it is among the suggestions known.
    """
    by_name = select(Cluster.id).where(Cluster.topic_id == topic.id, *named)
    if known is None:
        # Asked by themselves: joined, the database would read the memberships of all topics.
        titled = select(Suggestion.id).where(Suggestion.topic_id == topic.id, *speaks)
        members = [among(session, list(session.scalars(titled)))]
    else:
        by_name = by_name.where(Cluster.named_by_id.is_not(None))
        members = [among(session, known), or_(and_(*speaks), and_(*named))]
    by_member = (
        select(Membership.cluster_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(*members)
    )
    return union_all(by_member, by_name)


def _walked(
    session: Session,
    query: Select[Cluster],
    named: Sequence[Any],
    speaks: Sequence[Any],
    page: int,
    size: int,
) -> Page[int]:
    """The page from the top of the list, by what stands on each group itself."""
    number = max(1, min(page, READ[-1] // size))
    enough = number * size + 1
    ids: list[int] = []
    for rows in READ:
        listed = query.outerjoin(Cluster.representative).with_only_columns(
            Cluster.id, or_(and_(*speaks), and_(*named)).label("has_them")
        )
        top = listed.limit(rows).subquery()
        ids = list(session.scalars(select(top.c.id).where(top.c.has_them).limit(enough)))
        if len(ids) >= enough:
            break
    found_page = page_of(ids, number, size)
    beyond = query.with_only_columns(Cluster.id).offset(READ[-1]).limit(1)
    more = len(ids) >= enough or session.scalar(beyond) is not None
    return Page(found_page.items, found_page.number, size, len(ids), more)
