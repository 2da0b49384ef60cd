"""What the public may call and read of some suggestions of a large topic."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.services.grouping.cluster_counts import chunks
from consult.services.grouping.large_themes import Titled
from consult.services.grouping.run_inputs import READ
from consult.services.grouping.run_standing import Array
from models.suggestion import Suggestion, SuggestionStatus


class Words(NamedTuple):
    """What is needed of a suggestion to name a cluster and to keep its vector."""

    id: int
    topic_id: int
    digest: str
    title: str


def words_of(session: Session, ids: Array) -> dict[int, Words]:
    """Those of ``ids`` that still count, as they are now."""
    found: dict[int, Words] = {}
    columns = (
        Suggestion.id,
        Suggestion.topic_id,
        Suggestion.digest,
        Suggestion.public_title,
        Suggestion.publish_text,
    )
    valid = Suggestion.status == SuggestionStatus.RECEIVED
    for part in chunks(np.unique(ids).tolist()):
        for row in session.execute(select(*columns).where(Suggestion.id.in_(part), valid)):
            title = row[3] if row[4] else f"№ {row[1]:04d}-{row[0]:06d}"
            found[row[0]] = Words(row[0], row[1], row[2], title)
    return found


def titled(session: Session, ids: Sequence[int]) -> dict[int, Titled]:
    """Their titles, and the beginning of what is published; nothing of what is not."""
    columns = (
        Suggestion.id,
        Suggestion.topic_id,
        Suggestion.public_title,
        Suggestion.publish_text,
        func.substr(Suggestion.public_facts, 1, READ),
        func.substr(Suggestion.public_proposal, 1, READ),
    )
    found = {}
    for part in chunks(sorted(set(ids))):
        for row in session.execute(select(*columns).where(Suggestion.id.in_(part))):
            one, topic_id, title, is_public, facts, proposal = row
            found[one] = (
                Titled(title, True, f"{facts}\n{proposal}")
                if is_public
                else Titled(f"№ {topic_id:04d}-{one:06d}", False, "")
            )
    return found
