"""Calls about a reply, and more time for one: by whom, once, and what is written down."""

import pytest
from sqlalchemy import func, select

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.services.handling import clocks, more_time, replying, visits
from consult.services.handling.visits import Visitor, VisitResult
from models.ledger import LedgerEntry
from models.person import Appointment, Role
from models.reply import Visit

UNIT, ASSIGNER = Visitor.UNIT, Visitor.ASSIGNER


def call(city, case, who, visitor=UNIT, result=VisitResult.REACHED, **values):
    return visits.record(
        city.session,
        case=case,
        visitor=visitor,
        result=result,
        actor=getattr(city.people, who) if isinstance(who, str) else who,
        now=city.clock(),
        **values,
    )


def left(city, case):
    return visits.missing(case, visits.of_case(city.session, case))


def test_two_calls_by_two_people_are_made_after_the_reply(city):
    case = city.replied()
    assert left(city, case) == [UNIT, ASSIGNER]
    call(city, case, "handler", satisfied=True)
    call(city, case, "assigner", ASSIGNER, satisfied=False, note="还有两盏不亮")

    assert left(city, case) == []
    assert [one.satisfied for one in visits.of_case(city.session, case)] == [True, False]


def test_a_call_that_reached_nobody_is_kept_and_is_yet_to_come(city):
    case = city.replied()
    visit = call(city, case, "handler", result=VisitResult.NOT_REACHED, satisfied=True)

    assert visit.satisfied is None
    assert UNIT in left(city, case)


def test_pressed_twice_it_is_one_call_and_later_it_is_another(city):
    case = city.replied()
    for _press in range(2):
        call(city, case, "handler", result=VisitResult.NOT_REACHED)
    city.clock.advance(minutes=5)
    call(city, case, "handler", result=VisitResult.NOT_REACHED)

    assert city.session.scalar(select(func.count()).select_from(Visit)) == 2


def test_nobody_makes_both_calls_of_a_round(city):
    case = city.replied()
    both = city.people.handler
    both.appointments.append(Appointment(role=Role.ASSIGNER, agency=city.mailbox.topic.agency))
    call(city, case, both, satisfied=True)
    with pytest.raises(NotAllowed, match="other call"):
        call(city, case, both, ASSIGNER, satisfied=True)


@pytest.mark.parametrize(
    ("who", "visitor", "refusal"),
    [
        ("citizen", UNIT, NotAllowed),
        ("stranger", UNIT, NotFound),
        ("other_handler", UNIT, NotFound),
        ("handler", ASSIGNER, NotAllowed),
        ("assigner", UNIT, NotAllowed),
        ("supervisor", ASSIGNER, NotAllowed),
    ],
)
def test_only_who_answered_or_assigned_it_calls(city, who, visitor, refusal):
    case = city.replied()
    with pytest.raises(refusal):
        call(city, case, who, visitor)


def test_before_there_is_a_reply_there_is_nothing_to_ask(city):
    with pytest.raises(Conflict):
        call(city, city.drafted(), "handler")


def test_that_somebody_is_not_satisfied_takes_words(city):
    with pytest.raises(Invalid) as refused:
        call(city, city.replied(), "handler", satisfied=False, note=" ")
    assert refused.value.field == "note"


def ask(city, case, who="handler", words="灯具需要定制", **values):
    return more_time.ask(
        city.session,
        case=case,
        words=words,
        actor=getattr(city.people, who),
        now=city.clock(),
        **{"version": case.version} | values,
    )


def decide(city, case, who, words="同意", **values):
    return city.act(replying.extend, case, who, words=words, **values)


def test_a_handler_asks_and_the_leader_grants_it(city):
    case = city.in_progress()
    due = case.due_at
    request = ask(city, case)
    promised = more_time.until(case, times=city.times(case))
    decide(city, case, "leader")

    assert (request.granted, request.decided_by) == (True, city.people.leader)
    assert due < case.due_at == promised


def test_what_was_declined_leaves_the_time_and_is_not_asked_again(city):
    case = city.in_progress()
    due, request = case.due_at, ask(city, case)
    more_time.decline(
        city.session,
        case=case,
        request=request,
        version=request.version,
        words="请先更换备用灯具",
        actor=city.people.assigner,
        now=city.clock(),
    )

    assert (request.granted, request.answer, case.due_at) == (False, "请先更换备用灯具", due)
    with pytest.raises(Conflict, match="already"):
        ask(city, case)
    with pytest.raises(Conflict, match="decided"):
        more_time.decline(
            city.session,
            case=case,
            request=request,
            version=request.version,
            words="不同意",
            actor=city.people.assigner,
            now=city.clock(),
        )


def test_who_asked_grants_nothing(city):
    case = city.in_progress()
    ask(city, case, "leader")
    with pytest.raises(NotAllowed, match="asked"):
        decide(city, case, "leader")
    assert clocks.running(case)[0].extended_at is None


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("assigner", NotAllowed), ("other_handler", NotFound), ("citizen", NotAllowed)],
)
def test_only_the_unit_asks(city, who, refusal):
    case = city.in_progress()
    with pytest.raises(refusal):
        ask(city, case, who)


def test_what_is_missing_late_or_stale_is_refused_with_a_sentence(city):
    case = city.in_progress()
    with pytest.raises(Invalid) as refused:
        ask(city, case, words=" ")
    assert refused.value.field == "words"
    with pytest.raises(StaleVersion):
        ask(city, case, version=99)
    city.clock.advance(days=60)
    with pytest.raises(Conflict, match="run out"):
        ask(city, case)


def test_after_an_extension_nothing_more_can_be_asked(city):
    case = city.in_progress()
    decide(city, case, "leader")
    with pytest.raises(Conflict):
        ask(city, case)
    assert more_time.until(case, times=city.times(case)) is None


def test_calls_and_requests_stand_in_the_ledger_without_words(city):
    case = city.replied()
    call(city, case, "handler", satisfied=True, note="电话中说的话")
    city.session.flush()
    entry = city.session.scalars(select(LedgerEntry).where(LedgerEntry.act == "case.visited")).one()

    assert entry.detail == {"by": "unit", "result": "reached", "satisfied": True}
