"""举报: whoever may not know of a report learns nothing of it, whichever way they come."""

import pytest
from sqlalchemy import func, select

from consult.exceptions import Conflict, NotAllowed, NotFound
from consult.permissions import Permission, can
from consult.services.consultations import attachments
from consult.services.exchange import exports
from consult.services.grouping import placement, runs
from consult.services.handling import assigning, reception, sight
from consult.services.handling.parties import may_see
from consult.services.handling.reception import Refused
from consult.services.overview import page_versions
from consult.services.records import ledger_reading, recounting, tallies
from consult.services.records.ledger_reading import Filter
from consult.services.suggesting import (
    contacts,
    suggestion_lists,
    suggestion_pages,
    supports,
)
from consult.services.suggesting.contacts import ContactDetails, RevealReason
from models.attachment import Attachment
from models.cluster import Cluster, Membership
from models.ledger import LedgerEntry
from models.person import Role
from models.search import Awaiting, Work
from models.suggestion import Embedding, Suggestion, SuggestionKind, SuggestionStatus
from models.tally import Count, Tally

SECRET = "反映收费问题"


@pytest.fixture
def report(city):
    return city.send(SECRET, kind=SuggestionKind.REPORT, named_unit=city.lamps, publish_text=True)


@pytest.fixture
def people(city, make):
    """Everybody who may not know: of the unit named, of the mailbox, of other units, and the public."""
    government, found = city.mailbox.topic.agency, city.people
    return {
        "nobody": None,
        "a stranger": found.stranger,
        "handler of the unit named": found.handler,
        "leader of the unit named": found.leader,
        "auditor of the unit named": make.staff(Role.AUDITOR, city.lamps),
        "administrator of the unit named": make.staff(Role.ADMINISTRATOR, city.lamps),
        "assigner of the mailbox": found.assigner,
        "supervisor of the mailbox": found.supervisor,
        "handler of another unit": found.other_handler,
        **{
            f"{role} of the mailbox's agency": make.staff(role, government)
            for role in Role
            if role not in {Role.ASSIGNER, Role.SUPERVISOR}
        },
    }


def is_not_found(asked, person):
    """Whether ``person`` is told that there is no such thing, and not that it is none of theirs."""
    try:
        asked(person)
    except NotFound:
        return True
    return False


@pytest.fixture
def index(app):
    return app.extensions["indexes"]


def test_only_the_author_and_the_unit_for_reports_see_it(session, city, report, people):
    for who, person in people.items():
        assert not may_see(report, person), who
        assert not sight.reads_original(session, report.suggestion, person), who
        assert not can(person, Permission.SUGGESTION_READ_HIDDEN, report.suggestion), who
    for person in (city.people.citizen, city.people.inspector):
        assert sight.reads_original(session, report.suggestion, person)


def test_its_page_is_not_found_whatever_became_of_it(session, city, report, people):
    number, no = report.suggestion.id, report.suggestion.no
    ways = (
        lambda reader: suggestion_pages.readable(session, number, reader=reader),
        lambda reader: suggestion_pages.by_id(session, number, reader=reader),
        lambda reader: suggestion_pages.looked_up(session, no, reader=reader),
    )
    for status in SuggestionStatus:
        report.suggestion.status = status
        for who, person in people.items():
            for asked in ways:
                assert is_not_found(asked, person), (who, status)
    assert suggestion_pages.by_id(session, number, reader=city.people.inspector)


def test_to_support_it_is_answered_like_a_number_that_is_none(session, city, report, now):
    for status in SuggestionStatus:
        report.suggestion.status = status
        session.flush()
        with pytest.raises(NotFound):
            suggestion_pages.for_support(session, report.suggestion.id)
        with pytest.raises(NotFound):
            supports.give(
                session, suggestion=report.suggestion, person=city.people.stranger, now=now
            )


def test_no_reader_is_told_that_a_page_they_keep_of_it_is_still_good(session, report, now):
    """An ETag is asked for before the page is made: it would tell that there is one."""
    assert page_versions.of_suggestion(session, report.suggestion.id, now=now) is None
    assert page_versions.of_topic(session, report.topic.slug, now=now) is None


def test_it_is_placed_in_no_group_and_compared_with_nothing(session, city, report, index, now):
    twin = city.send(SECRET, author=city.people.stranger, publish_text=True)
    placement.place_pending(session, topic=report.topic, indexes=index, now=now, limit=50)
    session.commit()

    found = suggestion_lists.similar(
        session, indexes=index, topic=report.topic, title=SECRET, reader=None
    )

    assert [one.face.id for one in found] == [twin.suggestion_id]
    for table in (Membership, Embedding):
        kept = set(session.scalars(select(table.suggestion_id)))
        assert report.suggestion_id not in kept
        assert twin.suggestion_id in kept
    waiting = select(Awaiting.suggestion_id).filter_by(work=Work.PLACE)
    assert not session.scalars(waiting).all()  # nor does it wait for a place for ever
    assert sum(one.suggestion_count for one in session.scalars(select(Cluster))) == 2


def test_a_run_over_the_whole_mailbox_leaves_it_out(session, city, report, index, now, make):
    analyst = make.staff(Role.ANALYST, report.topic.agency)
    runs.regroup(session, topic=report.topic, indexes=index, actor=analyst, now=now)

    placed = set(session.scalars(select(Membership.suggestion_id)))
    assert placed
    assert report.suggestion_id not in placed


def test_no_list_nor_search_of_the_public_has_it(session, city, report):
    shown = city.send("别的收费", author=city.people.stranger, publish_text=True)

    for words in ("", "收费", SECRET):
        found = suggestion_lists.public(session, topic=report.topic, words=words)
        assert {face.id for face in found.items} <= {shown.suggestion_id}
    assert suggestion_lists.public(session, topic=report.topic, words="收费").items
    by_kind = suggestion_lists.public(session, topic=report.topic, kind=SuggestionKind.REPORT)
    assert (by_kind.items, by_kind.total) == ([], 0)


def test_no_count_moves_for_it(session, city):
    def kept():
        query = select(Tally.topic_id, Tally.name, Tally.key, func.sum(Tally.amount))
        rows = session.execute(query.group_by(Tally.topic_id, Tally.name, Tally.key)).all()
        return sorted(map(tuple, rows)), tallies.of_platform(session)

    topic, before = city.mailbox.topic, kept()
    case = city.send(SECRET, kind=SuggestionKind.REPORT, named_unit=city.lamps)
    assert kept() == before
    city.act(reception.withdraw, case, "citizen")
    assert kept() == before
    assert tallies.one(session, topic, Count.VALID) == 1
    assert recounting.differences(session) == []


def test_a_refused_one_that_is_taken_up_again_stays_apart(session, city, report):
    city.act(reception.refuse, report, "inspector", reason=Refused.NO_MATTER)
    assert report.suggestion.status is SuggestionStatus.NOT_ACCEPTED
    city.act(reception.contest, report, "citizen", words="请再看一次")

    assert report.suggestion.status is SuggestionStatus.CONFIDENTIAL


def test_the_same_words_as_a_message_and_as_a_report_are_two(city, session):
    """A report must never be taken for a message that everybody may read."""
    words = {"facts": "一样的文字。", "publish_text": True}
    message = city.send(SECRET, **words)
    first = city.send(SECRET, kind=SuggestionKind.REPORT, named_unit=city.lamps, **words)
    second = city.send(SECRET, kind=SuggestionKind.REPORT, named_unit=city.lamps, **words)

    assert first.id == second.id != message.id
    assert first.confidential
    assert not message.confidential
    assert session.scalar(select(func.count()).where(Suggestion.title == SECRET)) == 2


def test_a_message_refused_and_sent_again_is_not_taken_up_twice(city):
    first = city.send("同样的话")
    city.act(reception.refuse, first, "assigner", reason=Refused.NO_MATTER)
    city.send("同样的话")

    with pytest.raises(Conflict, match="sent the same words again"):
        city.act(reception.contest, first, "citizen", words="请再看一次")


def test_no_export_has_it(session, city, report, make, now):
    analyst = make.staff(Role.ANALYST, city.mailbox.topic.agency)
    for original in (False, True):
        exports.ask(session, topic=report.topic, actor=analyst, now=now, original=original)
        rows = list(exports.read(session, report.topic_id, original=original))
        assert SECRET not in str(rows)
        assert len(rows) == exports.count(session, report.topic_id) == 1
    city.act(reception.withdraw, report, "citizen")
    assert exports.count(session, report.topic_id) == 1


def test_its_files_are_found_by_nobody_else(session, city, report, people, make):
    file = make._add(
        Attachment(
            suggestion_id=report.suggestion_id,
            filename="证据.txt",
            media_type="text/plain",
            size=3,
            sha256="b" * 64,
        )
    )

    def read(person):
        return attachments.readable(session, number=file.id, reader=person)

    for who, person in people.items():
        assert is_not_found(read, person), who
    for person in (city.people.citizen, city.people.inspector):
        assert read(person) is file


def test_its_contact_is_opened_by_those_who_work_on_it_alone(session, city, people, make, app, now):
    vault = app.extensions["vault"]
    report = city.send(SECRET, kind=SuggestionKind.REPORT, named_unit=city.lamps)
    report.suggestion.contact = contacts.sealed(ContactDetails(name="赵六"), vault)
    asked = {"suggestion": report.suggestion, "reason": RevealReason.REPLY}

    def reveal(person):
        return contacts.reveal(session, actor=person, vault=vault, now=now, **asked)

    for who, person in people.items():
        assert person is None or is_not_found(reveal, person), who
    assert reveal(city.people.inspector).name == "赵六"


def test_the_contact_of_a_message_is_for_the_unit_that_has_it(session, city, app, make, now):
    vault = app.extensions["vault"]
    case = city.in_progress()
    case.suggestion.contact = contacts.sealed(ContactDetails(phone="13800138000"), vault)
    asked = {"suggestion": case.suggestion, "reason": RevealReason.VISIT, "vault": vault}
    analyst = make.staff(Role.ANALYST, case.topic.agency)

    assert contacts.reveal(session, actor=city.people.handler, now=now, **asked).phone
    with pytest.raises(NotAllowed):  # sees the case, and does not work on it
        contacts.reveal(session, actor=city.people.supervisor, now=now, **asked)
    for stranger in (city.people.other_handler, analyst):
        with pytest.raises(NotFound):
            contacts.reveal(session, actor=stranger, now=now, **asked)


def test_the_ledger_tells_auditors_elsewhere_nothing_of_it(session, city, report, make):
    city.act(reception.accept, report, "inspector")
    inside = make.staff(Role.AUDITOR, city.mailbox.report_unit)
    outside = [make.staff(Role.AUDITOR, unit) for unit in (city.lamps, city.mailbox.topic.agency)]
    about = {("case_file", report.id), ("suggestion", report.suggestion_id)}

    def told(reader):
        listed = ledger_reading.page(session, reader=reader, wanted=Filter(), page=1).items
        rows = [*listed, *ledger_reading.rows(session, reader=reader, wanted=Filter())]
        return {(one.subject_type, one.subject_id) for one in rows}

    for reader in outside:
        assert not told(reader) & about
        assert told(reader)
        assert "case.accept" not in ledger_reading.kinds_of_acts(session, reader=reader)
    assert about <= told(inside)
    assert session.scalar(
        select(func.count(LedgerEntry.id)).where(LedgerEntry.act == "case.accept")
    )


def test_an_auditor_of_the_unit_named_learns_nothing_though_they_audit_the_unit_for_reports(
    session, city, report, make
):
    both = make.staff(Role.AUDITOR, city.mailbox.report_unit)
    both.appointments.append(make.staff(Role.HANDLER, city.lamps).appointments[0])
    session.flush()

    rows = ledger_reading.rows(session, reader=both, wanted=Filter())

    assert ("case_file", report.id) not in {(one.subject_type, one.subject_id) for one in rows}


def test_a_report_on_its_way_through_is_never_the_named_unit_s(session, city, report, people):
    """Assigned elsewhere, answered, rated, appealed against: it stays unseen."""
    city.act(reception.accept, report, "inspector")
    city.act(assigning.assign, report, "inspector", unit=city.roads)
    for who in ("nobody", "handler of the unit named", "leader of the unit named"):
        assert not may_see(report, people[who])
    assert may_see(report, city.people.other_handler)  # it answers now
