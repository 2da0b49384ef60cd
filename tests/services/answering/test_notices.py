import pytest
from sqlalchemy import event

from consult.exceptions import NotFound
from consult.services.answering import notices
from consult.services.people.letters import Words
from models.decision import DecisionException, DecisionState, Outcome
from models.notice import Letter, Notice, NoticeKind


@pytest.fixture
def decision(make):
    suggestion = make.suggestion(author=make.person("作者", address="author@example.org"))
    return make.decision(make.cluster(suggestion), state=DecisionState.PUBLISHED)


@pytest.fixture
def notify(session, decision, clock):
    """Leaves a notice about the decision, as publication does."""

    def act(person, suggestion=None, **values):
        suggestion = suggestion or decision.cluster.representative
        notice = Notice(
            person=person,
            topic=decision.topic,
            decision=decision,
            suggestion=suggestion,
            decision_version=decision.version,
            created_at=clock(),
            **{
                "kind": NoticeKind.DECIDED,
                "subject_key": f"decision:{decision.id}:{suggestion.id}",
                **values,
            },
        )
        session.add(notice)
        session.flush()
        return notice

    return act


@pytest.fixture
def deliver(session, app, clock):
    def act():
        done = notices.deliver(
            session,
            vault=app.extensions["vault"],
            compose=lambda told: Words("subject", f"{len(told)} told"),
            now=clock(),
        )
        session.flush()
        return done

    return act


def test_a_notice_becomes_a_letter_and_a_second_run_writes_none(make, notify, deliver, session):
    notice = notify(make.person())
    assert deliver() == notices.Delivery(notices=1, letters=1, unmailed=0)
    assert deliver() == notices.Delivery(0, 0, 0)
    assert notice.mailed_at is not None
    assert session.query(Letter).one().key == f"notice:{notice.id}"


def test_a_person_gets_one_letter_for_all_that_was_decided_on_a_topic(
    make, notify, deliver, session, decision, app
):
    person = make.person()
    notify(person)
    notify(person, make.suggestion(decision.topic))
    notify(make.person())
    assert deliver().letters == 2
    bodies = [app.extensions["vault"].open(letter.body_sealed) for letter in session.query(Letter)]
    assert sorted(bodies) == ["1 told", "2 told"]


@pytest.mark.parametrize("values", [{"mail_wanted": False}, {"address_masked": "138****1111"}])
def test_who_wants_no_mail_or_has_none_is_told_on_the_page_alone(make, notify, deliver, values):
    person = make.person()
    for key, value in values.items():
        setattr(person, key, value)
    notice = notify(person)
    assert deliver() == notices.Delivery(notices=1, letters=0, unmailed=1)
    assert notice.mailed_at is not None


def test_a_decision_changed_since_is_not_mailed(make, notify, deliver, decision, session):
    notify(make.person())
    decision.reason = "另有考虑。"
    session.flush()
    assert deliver().letters == 0


def test_unread_notices_come_first_then_the_newest(make, notify, session, clock, decision):
    person = make.person()
    notify(make.person())
    read = notify(person)
    read.read_at = clock()
    old = notify(person, make.suggestion(decision.topic))
    clock.advance(hours=1)
    new = notify(person, make.suggestion(decision.topic))
    shown = [told.notice for told in notices.mine(session, person=person, page=1).items]
    assert shown == [new, old, read]


def test_a_member_with_an_exception_is_told_its_own_outcome(make, notify, session, decision):
    suggestion = decision.cluster.representative
    decision.exceptions.append(
        DecisionException(suggestion=suggestion, outcome=Outcome.NOTED, reason="另行研究。")
    )
    notify(suggestion.author)
    [told] = notices.mine(session, person=suggestion.author, page=1).items
    assert told.own
    assert told.outcome is Outcome.NOTED


def test_nobody_reads_the_notices_of_another(make, notify, session, now):
    notice = notify(make.person())
    with pytest.raises(NotFound):
        notices.read(session, person=make.person(), number=notice.id, now=now)
    assert notice.read_at is None


def test_marking_all_as_read_leaves_those_of_others(make, notify, session, now):
    mine, theirs = notify(make.person()), notify(make.person())
    notices.read_all(session, person=mine.person, now=now)
    session.expire_all()
    assert [mine.read_at, theirs.read_at] == [now, None]


def test_a_page_of_notices_takes_as_many_queries_as_one_notice(make, notify, session, decision):
    person = make.person()
    notify(person)
    one = queries(session, person)
    for _ in range(12):
        notify(person, make.suggestion(decision.topic))
    assert queries(session, person) == one


def queries(session, person):
    """How many statements the page takes that tells ``person`` all."""
    session.flush()
    session.expire_all()
    assert person.id
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    for told in notices.mine(session, person=person, page=1).items:
        assert told.notice.topic.title
        assert told.notice.suggestion.title
    event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(seen)
