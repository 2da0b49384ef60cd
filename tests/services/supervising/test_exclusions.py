"""Leaving a case out of the rates takes two people, and hides nothing."""

import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.services.handling import passing_time
from consult.services.supervising import exclusions, numbers
from consult.services.supervising.scopes import Scope
from models.suggestion import SuggestionKind
from models.supervision import ExclusionReason
from tests.city import CALENDAR


def propose(city, case, who="assigner", words="要求违反规划条例第十条。"):
    return exclusions.propose(
        city.session,
        case=case,
        reason=ExclusionReason.AGAINST_LAW,
        words=words,
        actor=getattr(city.people, who),
        now=city.clock(),
    )


def decide(city, found, who="supervisor", *, approved=True, words="同意。", version=None):
    city.session.flush()
    exclusions.decide(
        city.session,
        found=found,
        approved=approved,
        words=words,
        version=found.version if version is None else version,
        actor=getattr(city.people, who),
        now=city.clock(),
    )


def test_two_people_leave_it_out_and_it_is_still_counted(city):
    city.replied(title="别的")
    case = city.replied()
    found = propose(city, case)
    assert case.excluded_at is None
    decide(city, found)
    row = numbers.total(city.session, Scope(), now=city.clock())
    assert (row.received, row.accepted, row.replied) == (3, 2, 2)
    assert (row.excluded, row.excluded_replied, row.on_time) == (1, 1, 1)


def test_it_is_in_no_rate(city):
    cases = [city.replied(title=f"第{n}件") for n in range(10)]
    late = city.accepted(title="做不到的")
    city.clock.advance(days=60)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    before = numbers.total(city.session, Scope(), now=city.clock())
    assert (round(before.reply_rate, 3), round(before.on_time_rate, 3)) == (0.909, 0.909)
    decide(city, propose(city, late))
    after = numbers.total(city.session, Scope(), now=city.clock())
    assert (after.reply_rate, after.on_time_rate, after.overdue) == (1, 1, 0)
    assert after.accepted == len(cases) + 1


def test_nobody_decides_on_their_own_proposal(city):
    found = propose(city, city.accepted())
    with pytest.raises(NotAllowed):
        decide(city, found, "assigner")
    decide(city, found, "second_assigner")


def test_who_handles_the_case_has_no_say(city):
    case = city.in_progress()
    with pytest.raises(NotAllowed):
        propose(city, case, "handler")
    found = propose(city, case)
    case.handler_id = city.people.supervisor.id
    with pytest.raises(NotAllowed):
        decide(city, found, "supervisor")


@pytest.mark.parametrize("who", ["citizen", "stranger", "other_handler", "inspector"])
def test_for_others_there_is_no_such_case(city, who):
    case = city.accepted()
    with pytest.raises((NotFound, NotAllowed)):
        propose(city, case, who)
    assert exclusions.current(city.session, case) is None


def test_a_report_cannot_be_left_out_nor_seen(city):
    case = city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    with pytest.raises(NotFound):
        exclusions.visible_case(city.session, case.id, reader=city.people.assigner)
    with pytest.raises(NotFound):
        exclusions.visible_case(city.session, case.id, reader=city.people.inspector)


def test_grounds_are_needed(city):
    case = city.accepted()
    with pytest.raises(Invalid):
        propose(city, case, words="  ")
    found = propose(city, case)
    with pytest.raises(Invalid):
        decide(city, found, approved=False, words="")


def test_only_once_at_a_time_and_only_what_was_accepted(city):
    with pytest.raises(Conflict):
        propose(city, city.send("还没受理"))
    case = city.accepted()
    propose(city, case)
    with pytest.raises(Conflict):
        propose(city, case, "second_assigner")


def test_what_was_decided_is_not_decided_again(city):
    found = propose(city, city.accepted())
    decide(city, found)
    with pytest.raises(Conflict):
        decide(city, found, "second_assigner")
    with pytest.raises(StaleVersion):
        decide(city, found, "second_assigner", version=99)


def test_a_refusal_leaves_it_in_and_can_be_followed_by_another(city):
    case = city.accepted()
    decide(city, propose(city, case), approved=False, words="并非违法。")
    assert case.excluded_at is None
    again = propose(city, case)
    assert [one.id for one in exclusions.history(city.session, case)][-1] == again.id


def test_one_person_brings_it_back(city):
    case = city.accepted()
    found = propose(city, case)
    decide(city, found)
    exclusions.take_back(
        city.session,
        found=found,
        words="政策变了。",
        version=found.version,
        actor=city.people.second_assigner,
        now=city.clock(),
    )
    assert case.excluded_at is None
    assert numbers.total(city.session, Scope(), now=city.clock()).excluded == 0
