"""What stands beside a suggestion on its page: others that may ask for the same thing.

Grouping has compared it with all others already: the rest of its group says the same, and the group
nearest to that may. Only what is not grouped yet has to be searched for.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.services.suggesting.faces import PublicSuggestion, faces, loaded
from models.cluster import Cluster, Membership
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus

#: So many times as many are looked at as are shown: some may not be public.
SPARE = 4


def of(
    session: Session, membership: Membership, *, reader: Person | None, limit: int
) -> list[PublicSuggestion]:
    """Public members of its group, the most like the others first, then one of the nearest group.

    Three queries, whose cost does not grow with the group.
    """
    own = membership.cluster
    beside = session.scalars(
        select(Membership.suggestion_id)
        .where(Membership.cluster_id == own.id)
        .order_by(Membership.similarity.desc(), Membership.suggestion_id.desc())
        .limit(SPARE * limit)
    ).all()
    chosen = [number for number in beside if number != membership.suggestion_id]
    nearest = select(Cluster.representative_id).where(Cluster.id == own.nearest_id)
    if own.nearest_id is not None and (number := session.scalar(nearest)) is not None:
        chosen.append(number)
    rows = session.scalars(
        select(Suggestion)
        .where(
            Suggestion.id.in_(chosen),
            Suggestion.status == SuggestionStatus.RECEIVED,
            Suggestion.publish_text,
        )
        .options(*loaded())
    )
    shown = sorted(rows, key=lambda row: chosen.index(row.id))[:limit]
    return faces(session, shown, reader=reader)
