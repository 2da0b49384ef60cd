"""How alike two suggestions must be to be taken for the same request, topic by topic."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.exceptions import N_, Invalid
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from models.person import Person
from models.topic import Topic

LOWEST, HIGHEST = 0.01, 0.9999


def set_threshold(
    session: Session,
    *,
    topic: Topic,
    threshold: float | None,
    actor: Person | None,
    now: datetime,
    version: int | None = None,
) -> None:
    """Set the threshold that the next run and every placement goes by; None: the default.

    Changes no group by itself. ``actor`` is None for the command line.

    :raises Invalid: if it lies outside 0.01 to 0.9999.
    """
    if actor is not None:
        require(actor, Permission.CLUSTER_REGROUP, topic)
    require_phase(topic, TopicAct.GROUP, now)
    if version is not None:
        expect_version(topic, version)
    if threshold is not None and not LOWEST <= threshold <= HIGHEST:
        raise Invalid(
            N_("Give a number between %(low)s and %(high)s."),
            field="threshold",
            low=LOWEST,
            high=HIGHEST,
        )
    before, topic.threshold = topic.threshold, threshold
    ledger.record(
        session, "topic.threshold_set", topic, actor=actor, now=now, before=before, after=threshold
    )
