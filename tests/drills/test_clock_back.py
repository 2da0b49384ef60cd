"""The clock goes back an hour: the ledger keeps its order, nobody is signed out, no age is negative."""

import re
from datetime import timedelta

from sqlalchemy import select

from consult.jobs.runner import Runner
from consult.services.records import ledger
from models.cluster import Membership
from models.ledger import LedgerEntry
from models.notice import Letter
from models.person import Role
from models.suggestion import Suggestion


def send(pages, title):
    pages.post("/topics/lamps/suggest", title=title, facts="夜里太黑。", go="send")


def test_what_was_done_before_and_after_stands_in_order(app, pages, make, session, clock):
    make.topic(slug="lamps")
    citizen = pages.sign_in(make.person())
    send(citizen, "增设路灯")
    clock.advance(hours=-1)

    send(citizen, "修好路灯")

    acts = session.scalars(select(LedgerEntry.act).order_by(LedgerEntry.id)).all()
    assert acts.count("suggestion.submitted") == 2
    assert ledger.first_broken(session) is None
    titles = session.scalars(select(Suggestion.title).order_by(Suggestion.id)).all()
    assert titles == ["增设路灯", "修好路灯"]


def test_the_windows_follow_the_clock_and_nothing_closes_twice(app, pages, make, session, clock):
    topic = make.topic(slug="lamps", closes_at=clock.now + timedelta(minutes=30))
    session.commit()
    clock.advance(hours=1)
    Runner(app).run_due(["topics"])
    clock.advance(hours=-1)
    Runner(app).run_due(["topics"])
    clock.advance(hours=1)
    Runner(app).run_due(["topics"])
    session.refresh(topic)

    acts = session.scalars(select(LedgerEntry.act).filter_by(topic_id=topic.id)).all()
    assert topic.state == "closed"
    assert len([act for act in acts if "closed" in act]) == 1


def test_work_goes_on_and_no_age_is_negative(app, pages, make, session, clock):
    topic = make.topic(slug="lamps")
    administrator = make.staff(Role.ADMINISTRATOR, topic.agency)
    make.suggestion(topic)
    session.add(
        Letter(
            key="a",
            to_sealed=app.extensions["vault"].seal("a@example.org"),
            to_masked="a",
            subject="s",
            body_sealed=app.extensions["vault"].seal("b"),
            created_at=clock.now,
        )
    )
    session.commit()
    clock.advance(hours=-1)
    page = pages.sign_in(administrator).get("/admin/operations")

    Runner(app).run_due()

    session.expire_all()
    assert session.scalar(select(Membership.suggestion_id)) is not None
    assert session.scalar(select(Letter.sent_at)) is not None
    assert not re.search(r"[-−–]\s?\d+\s*(秒|分|小时|天|s\b|min)", page)
