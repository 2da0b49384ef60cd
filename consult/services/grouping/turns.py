"""One after the other: who changes the groups of a consultation waits for those who do.

Locks are always taken in this order, so that no two wait for each other: the
consultation, its suggestions, its groups by number, and last the head of the ledger.
SQLite writes one transaction at a time anyway and passes over the locks.
"""

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.topic import Topic


def take(session: Session, topic_id: int) -> None:
    """Wait for the turn to change the groups of a topic; it lasts until the transaction ends.

    Suggestions and supports go on meanwhile.
    """
    session.execute(_locked(Topic).where(Topic.id == topic_id))


def hold_groups(session: Session, cluster_ids: Collection[int]) -> None:
    """Let nobody else count these groups until the transaction ends.

    A count begun before another transaction committed would be written over its count.
    """
    session.execute(_locked(Cluster).where(Cluster.id.in_(cluster_ids)))


def take_with_groups(session: Session, topic_id: int) -> None:
    """Take the turn and hold every group: for work that records before it is done."""
    take(session, topic_id)
    session.execute(_locked(Cluster).where(Cluster.topic_id == topic_id))


def _locked(model: type[Topic | Cluster]) -> Select[int]:
    return select(model.id).order_by(model.id).with_for_update(key_share=True)
