"""What stands beside a suggestion on its page: others that may ask for the same thing.

Grouping has compared it with all others already: the rest of its group says the same, and the group
nearest to that may. Only what is not grouped yet has to be searched for.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm import Session

from consult.services.suggesting.faces import loaded
from models.cluster import Cluster, Membership
from models.suggestion import Suggestion, SuggestionStatus

#: So many times as many are looked at as are shown: some may not be public.
SPARE = 4


#: What a group says beside one of its members: the likest first, and how like.
BESIDE = (
    select(Membership.suggestion_id.label("id"), Membership.similarity.label("likeness"))
    .where(
        Membership.cluster_id == bindparam("group"), Membership.suggestion_id != bindparam("own")
    )
    .order_by(Membership.similarity.desc(), Membership.suggestion_id.desc())
    .limit(bindparam("most"))
    .subquery()
)
#: The group nearest to it is named last, less like than any member.
NEAREST = select(Cluster.representative_id, literal(-2.0)).where(
    Cluster.id == bindparam("nearest"), Cluster.representative_id != bindparam("own")
)
CHOSEN = select(BESIDE).union_all(NEAREST).subquery()
SHOWN = (
    select(Suggestion)
    .join(CHOSEN, Suggestion.id == CHOSEN.c.id)
    .where(Suggestion.status == SuggestionStatus.RECEIVED, Suggestion.publish_text)
    .order_by(CHOSEN.c.likeness.desc(), Suggestion.id.desc())
    .limit(bindparam("shown"))
    .options(*loaded())
    .execution_options(planned_once=True)
)


def of(session: Session, membership: Membership, *, limit: int) -> Sequence[Suggestion]:
    """Public members of its group, the most like the others first, then one of the nearest group.

    One query, whose cost does not grow with the group.
    """
    asked = {
        "group": membership.cluster_id,
        "own": membership.suggestion_id,
        "nearest": membership.cluster.nearest_id,
        "most": SPARE * limit,
        "shown": limit,
    }
    return session.scalars(SHOWN, asked).unique().all()
