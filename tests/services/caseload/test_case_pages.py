"""One case with all that hangs on it."""

import pytest

from consult.exceptions import NotFound
from consult.services.caseload import case_pages
from consult.services.caseload.case_pages import OwnCase
from consult.services.caseload.case_stages import Progress, Stage
from consult.services.handling import assigning, meetings, notes, reception
from consult.services.handling.meetings import MeetingForm
from consult.services.handling.moves import CaseAct
from models.casework import MeetingOutcome
from models.person import Role
from tests.city import CALENDAR
from tests.queries import counted_queries
from tests.services.caseload.scenes import closed, rated_low, reported


def page(city, case, who="assigner"):
    city.session.flush()
    reader = getattr(city.people, who)
    found = case_pages.for_staff(city.session, case.id, reader)
    return case_pages.page(city.session, found, reader=reader)


def progress(city, case):
    return {one.stage: one.progress for one in page(city, case).stages}


def test_strangers_learn_not_even_that_it_exists(city):
    case = city.assigned()
    with pytest.raises(NotFound):
        case_pages.for_staff(city.session, case.id, city.people.other_handler)
    with pytest.raises(NotFound):
        case_pages.for_staff(city.session, 987654, city.people.assigner)


@pytest.mark.parametrize("who", ["handler", "leader", "assigner", "supervisor"])
def test_a_report_has_no_page_for_the_unit_it_names_nor_for_the_mailbox(city, who):
    case = reported(city)
    with pytest.raises(NotFound):
        case_pages.for_staff(city.session, case.id, getattr(city.people, who))


def test_staff_who_wrote_a_message_do_not_read_its_notes(city, make):
    clerk = make.staff(Role.ASSIGNER, city.mailbox.topic.agency)
    case = city.send("我自己的留言", author=clerk)
    with pytest.raises(OwnCase):
        case_pages.for_staff(city.session, case.id, clerk)


def test_the_acts_are_those_of_the_reader(city):
    case = city.assigned()

    assert set(page(city, case, "handler").acts) == {CaseAct.TAKE_UP, CaseAct.OBJECT}
    assert set(page(city, case, "assigner").acts) == {CaseAct.REASSIGN, CaseAct.MERGE}
    assert page(city, case, "supervisor").acts == []


def test_a_new_message_is_collected_and_being_judged(city):
    found = progress(city, city.send("新的"))

    assert found[Stage.COLLECTING] is Progress.DONE
    assert found[Stage.JUDGING] is Progress.CURRENT
    assert {found[stage] for stage in list(Stage)[2:]} == {Progress.NEXT}


def test_units_that_never_met_are_shown_as_not_needed(city):
    case = city.drafted()
    assert progress(city, case)[Stage.CONSULTING] is Progress.SKIPPED
    assert progress(city, case)[Stage.HANDLING] is Progress.DONE
    assert progress(city, case)[Stage.ANSWERING] is Progress.CURRENT

    form = MeetingForm(
        held_on=city.clock().date(),
        subject="会商",
        units=[city.lamps, city.roads],
        outcome=MeetingOutcome.AGREED,
        decision="灯管处修复",
    )
    meetings.record(
        city.session,
        case=case,
        form=form,
        calendar=CALENDAR,
        actor=city.people.handler,
        now=city.clock(),
    )
    assert progress(city, case)[Stage.CONSULTING] is Progress.DONE


def test_what_was_not_accepted_goes_no_further(city):
    case = city.send("不归这里的")
    city.act(reception.refuse, case, "assigner", reason=reception.Refused.NO_MATTER)
    found = progress(city, case)

    assert found[Stage.JUDGING] is Progress.DONE
    assert {found[stage] for stage in list(Stage)[2:]} == {Progress.SKIPPED}


def test_every_step_stands_in_one_of_the_seven(city):
    case = rated_low(city)
    events = [event for one in page(city, case).stages for event in one.events]

    assert len([event for event in events if event.kind == "step"]) == len(case.steps)
    assert [event.kind for event in events].count("sent") == 1
    assert progress(city, closed(city))[Stage.FOLLOWING_UP] is Progress.DONE


def test_who_was_rated_reads_it_only_when_the_window_has_closed(city):
    assert page(city, city.rated((1, 1, 1))).ratings == []
    assert len(page(city, rated_low(city)).ratings) == 1


def test_others_of_the_group_are_shown_to_those_who_may_see_them(city, make):
    ours, theirs = city.assigned(title="我们的"), city.assigned(title="他们的")
    city.act(assigning.reassign, theirs, "assigner", unit=city.roads, words="归道路处")
    secret = reported(city)
    make.cluster(ours.suggestion, theirs.suggestion, secret.suggestion)

    assert [one.suggestion.title for one in page(city, ours).mates] == ["他们的"]
    assert page(city, ours, "handler").mates == []


def test_the_work_does_not_grow_with_what_hangs_on_it(city, make):
    case = city.in_progress()

    def asked():
        city.session.flush()
        city.session.expire_all()
        assert city.people.assigner.appointments[0].agency.path
        with counted_queries(city.session) as queries:
            found = page(city, case)
            assert all(note.author.name for note in found.notes)
            assert any(event.what.created_at for one in found.stages for event in one.events)
        return queries.count

    notes.write(city.session, case=case, text="一", actor=city.people.handler, now=city.clock())
    first = asked()
    for n in range(5):
        author = make.staff(Role.HANDLER, city.lamps)
        notes.write(city.session, case=case, text=f"第{n}条", actor=author, now=city.clock())
    assert asked() <= first
