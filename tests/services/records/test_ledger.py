"""The ledger: whoever changes or removes an entry later is found out."""

import pytest
from sqlalchemy import delete, select, update

from consult.services.records import ledger
from models.ledger import LedgerEntry
from models.topic import Topic


@pytest.fixture
def entries(session, make, now):
    """Three acts on two topics by two people, and one by the clock."""
    first, second, person = make.topic(), make.topic(), make.person()
    ledger.record(session, "topic.published", first, actor=first.created_by, now=now)
    ledger.record(session, "topic.opened", first, actor=None, now=now)
    ledger.record(session, "topic.edited", second, actor=person, now=now, page=3)
    return session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()


def test_each_entry_carries_the_hash_of_the_one_before(entries):
    assert [e.previous_hash for e in entries] == [ledger.GENESIS, entries[0].hash, entries[1].hash]


def test_an_untouched_chain_holds(session, entries):
    assert ledger.first_broken(session) is None


def test_a_changed_detail_is_found(session, entries):
    session.execute(update(LedgerEntry).filter_by(id=entries[1].id).values(act="topic.closed"))
    session.expire_all()

    assert ledger.first_broken(session).id == entries[1].id


def test_a_removed_entry_is_found_at_the_one_after_it(session, entries):
    session.execute(delete(LedgerEntry).filter_by(id=entries[1].id))

    assert ledger.first_broken(session).id == entries[2].id


def test_a_removed_last_entry_is_found_by_the_head(session, entries):
    session.execute(delete(LedgerEntry).filter_by(id=entries[2].id))

    assert ledger.first_broken(session).id == entries[1].id


def test_what_was_done_to_one_thing_is_told_in_order(session, make, entries):
    topic = session.get_one(Topic, entries[0].subject_id)

    assert [e.act for e in ledger.of_subject(session, topic)] == ["topic.published", "topic.opened"]


def test_bulk_entries_stand_in_the_same_chain(session, make, entries, now):
    topic = make.topic()
    acts = [ledger.Act("suggestion.imported", "suggestion", n, topic.id, {}) for n in range(50)]

    ledger.record_all(session, acts, actor=None, now=now)

    assert ledger.first_broken(session) is None
    assert (
        session.scalars(select(LedgerEntry).filter_by(topic_id=topic.id)).all()[-1].subject_id == 49
    )


def test_nothing_to_record_changes_nothing(session, entries, now):
    ledger.record_all(session, [], actor=None, now=now)

    assert session.scalars(select(LedgerEntry)).all() == list(entries)
