"""Consultations open and close at their times without anybody."""

from sqlalchemy import select

from consult.jobs.runner import Runner
from models.ledger import LedgerEntry
from models.topic import TopicState


def test_the_job_opens_and_closes_at_the_announced_times(app, session, make, clock):
    topic = make.topic(state=TopicState.PLANNED, opens=1, closes=31)
    session.commit()

    seen = []
    for days in (0, 1, 0, 30):
        clock.advance(days=days)
        done = Runner(app).run_due(["topics"])["topics"]
        session.expire_all()
        seen.append((done, topic.state))
        session.commit()

    assert seen == [
        (0, TopicState.PLANNED),
        (1, TopicState.OPEN),
        (0, TopicState.OPEN),
        (1, TopicState.CLOSED),
    ]
    acts = session.scalars(select(LedgerEntry.act).order_by(LedgerEntry.id)).all()
    assert acts == ["topic.opened", "topic.closed"]
