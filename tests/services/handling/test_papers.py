"""What offices keep about a case: notes, joint meetings, files."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consult.exceptions import Conflict, Gone, Invalid, NotAllowed, NotFound, StaleVersion, TooLarge
from consult.extensions import storage
from consult.services.handling import assigning, case_files, meetings, notes, reception
from consult.services.handling.meetings import MeetingForm
from consult.services.overview import tidying
from consult.services.records import ledger
from models.casework import CaseFile, CaseNote, Meeting, MeetingOutcome, NoteKind
from models.person import Role
from models.suggestion import SuggestionKind
from tests.city import CALENDAR


def acts(city, case):
    return [entry.act for entry in ledger.of_subject(city.session, case)]


def note(city, case, who="handler", text="已联系施工单位", **values):
    actor = getattr(city.people, who) if isinstance(who, str) else who
    return notes.write(city.session, case=case, text=text, actor=actor, now=city.clock(), **values)


@pytest.fixture
def case(city):
    return city.in_progress()


@pytest.fixture
def form(city):
    return MeetingForm(
        held_on=city.clock().date(),
        subject="路灯移交会商",
        units=[city.lamps, city.roads],
        outcome=MeetingOutcome.AGREED,
        decision="灯管处三日内修复。",
    )


def record(city, case, form, who="handler"):
    return meetings.record(
        city.session,
        case=case,
        form=form,
        calendar=CALENDAR,
        actor=getattr(city.people, who),
        now=city.clock(),
    )


def file(city, case, who="handler", name="现场.txt", content=b"seen"):
    return case_files.add(
        city.session,
        storage=storage(),
        case=case,
        filename=name,
        content=content,
        actor=getattr(city.people, who) if isinstance(who, str) else who,
        now=city.clock(),
        max_bytes=1000,
    )


def test_a_note_is_kept_with_who_wrote_it_and_in_the_ledger(city, case):
    kept = note(city, case)

    assert (kept.text, kept.author, kept.kind) == ("已联系施工单位", city.people.handler, "note")
    assert acts(city, case)[-1] == "case.noted"


@pytest.mark.parametrize("who", ["citizen", "stranger", "other_handler"])
def test_who_has_nothing_to_do_with_a_case_writes_nothing(city, case, who):
    expected = NotAllowed if who == "citizen" else NotFound
    with pytest.raises(expected):
        note(city, case, who)
    with pytest.raises(expected):
        file(city, case, who)
    assert city.session.query(CaseNote).count() == 0


def test_an_auditor_reads_and_writes_nothing(city, case, make):
    auditor = make.staff(Role.AUDITOR, city.mailbox.topic.agency)
    with pytest.raises(NotAllowed):
        note(city, case, auditor)
    with pytest.raises(NotAllowed):
        file(city, case, auditor)


def test_a_supervisor_asks_and_a_handler_cannot_ask_themselves(city, case):
    assert note(city, case, "supervisor", kind=NoteKind.SUPERVISION).kind is NoteKind.SUPERVISION
    with pytest.raises(NotAllowed):
        note(city, case, "handler", kind=NoteKind.SUPERVISION)


@pytest.mark.parametrize("text", ["", "  \n ", "长" * (CaseNote.MOST + 1)])
def test_a_note_says_something_and_not_too_much(city, case, text):
    with pytest.raises(Invalid) as refused:
        note(city, case, text=text)
    assert refused.value.field == "text"


def test_units_that_help_write_notes_and_record_meetings(city, form):
    case = city.accepted()
    city.act(assigning.assign, case, "assigner", unit=city.roads, co_units=[city.lamps])

    assert note(city, case, "handler").author is city.people.handler
    assert record(city, case, form).recorded_by is city.people.handler


def test_nothing_is_added_to_what_was_withdrawn(city):
    case = city.send()
    city.act(reception.withdraw, case, "citizen")
    with pytest.raises(Conflict):
        note(city, case, "assigner")


def test_a_meeting_is_on_record_with_units_and_outcome(city, case, form):
    kept = record(city, case, form)

    assert [unit.name for unit in kept.units] == ["灯管处", "道路处"]
    assert (kept.outcome, kept.decision) == (MeetingOutcome.AGREED, "灯管处三日内修复。")
    [entry] = [
        one for one in ledger.of_subject(city.session, case) if one.act == "case.meeting_recorded"
    ]
    assert entry.detail["units"] == [city.lamps.id, city.roads.id]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("units", lambda city, form: replace(form, units=[city.lamps])),
        ("units", lambda city, form: replace(form, units=[city.lamps, city.lamps])),
        ("held_on", lambda _city, form: replace(form, held_on=form.held_on + timedelta(days=1))),
        ("held_on", lambda _city, form: replace(form, held_on=form.held_on - timedelta(days=1))),
        ("subject", lambda _city, form: replace(form, subject=" ")),
        ("subject", lambda _city, form: replace(form, subject="长" * 201)),
        ("decision", lambda _city, form: replace(form, decision="")),
        ("decision", lambda _city, form: replace(form, decision="长" * 2001)),
        ("minutes", lambda _city, form: replace(form, minutes="长" * 8001)),
    ],
)
def test_a_record_that_will_not_do_names_the_field(city, case, form, field, change):
    with pytest.raises(Invalid) as refused:
        record(city, case, change(city, form))
    assert refused.value.field == field
    assert city.session.query(Meeting).count() == 0


def test_who_only_supervises_records_no_meeting(city, case, form):
    with pytest.raises(NotAllowed):
        record(city, case, form, "supervisor")


def test_a_report_is_never_discussed_with_the_unit_that_it_names(city, form):
    case = city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    with pytest.raises(Invalid):
        record(city, case, form, "inspector")


def test_two_people_do_not_correct_a_record_over_each_other(city, case, form):
    kept = record(city, case, form)
    city.session.flush()
    seen = kept.version
    change = {"meeting": kept, "calendar": CALENDAR, "now": city.clock()}
    meetings.correct(
        city.session,
        version=seen,
        form=replace(form, decision="道路处修复。"),
        actor=city.people.handler,
        **change,
    )
    city.session.flush()
    with pytest.raises(StaleVersion):
        meetings.correct(city.session, version=seen, form=form, actor=city.people.leader, **change)
    assert kept.decision == "道路处修复。"


def test_a_file_is_fetched_by_those_who_see_the_case_and_that_is_written_down(city, case):
    kept = file(city, case)
    again = {"session": city.session, "file": kept, "now": city.clock()}

    digest = case_files.fetch(actor=city.people.supervisor, **again)
    assert storage().path(digest).read_bytes() == b"seen"
    assert acts(city, case)[-2:] == ["case.file_added", "case.file_fetched"]
    for who in ("citizen", "other_handler"):
        with pytest.raises(NotFound):
            case_files.fetch(actor=getattr(city.people, who), **again)


def test_the_same_bytes_are_one_file(city, case):
    assert file(city, case) is file(city, case, name="copy.txt")


def test_a_file_that_was_taken_off_stays_to_be_read_about_and_not_to_be_fetched(city, case):
    kept = file(city, case)
    now = city.clock()
    with pytest.raises(NotAllowed):
        case_files.remove(city.session, file=kept, actor=city.people.leader, now=now)
    case_files.remove(city.session, file=kept, actor=city.people.assigner, now=now)

    assert case_files.of_case(city.session, case) == []
    assert kept.removed_by is city.people.assigner
    with pytest.raises(Gone):
        case_files.fetch(city.session, file=kept, actor=city.people.handler, now=now)
    with pytest.raises(Gone):
        case_files.remove(city.session, file=kept, actor=city.people.handler, now=now)


def test_files_that_will_not_do(city, case):
    with pytest.raises(TooLarge):
        file(city, case, content=b"x" * 1001)
    for name, content in (("a.exe", b"MZ"), ("a.pdf", b"no pdf"), ("a.txt", b"")):
        with pytest.raises(Invalid):
            file(city, case, name=name, content=content)
    for n in range(case_files.MOST):
        file(city, case, content=f"file {n}".encode())
    with pytest.raises(Conflict):
        file(city, case, content=b"one too many")
    assert city.session.query(CaseFile).count() == case_files.MOST


def test_the_nightly_sweep_leaves_files_of_cases(city, case):
    kept = file(city, case)
    city.session.flush()
    tidying.sweep(city.session, storage=storage(), now=city.clock() + timedelta(days=3650))

    assert storage().path(kept.sha256).is_file()


def test_a_file_is_found_only_at_its_own_case(city, case):
    kept = file(city, case)
    city.session.flush()
    with pytest.raises(NotFound):
        case_files.by_id(city.session, city.in_progress(title="另一件"), kept.id)
