"""One case for a group: chosen, assigned, answered, and taken apart again."""

import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.services.handling import assigning, joining_groups, reception, replying
from consult.services.handling.replying import Outcome
from models.case import CaseState, ClockKind
from models.mailbox import Domain
from models.suggestion import SuggestionKind
from tests.city import CALENDAR, REPLY
from tests.queries import counted_queries


@pytest.fixture
def group(city, make):
    """Three messages that ask the same, and a report that the machine put beside them."""
    cases = [city.send(f"路灯坏了{n}", author=make.person()) for n in range(3)]
    report = city.send(
        "举报", author=make.person(), kind=SuggestionKind.REPORT, named_unit=city.lamps
    )
    city.cluster = make.cluster(*[case.suggestion for case in (*cases, report)])
    city.report = report
    return cases


def join(city, cases, *, lead=None, who="assigner", **values):
    values.setdefault("unit", city.lamps)
    values.setdefault("chosen", {case.id: case.version for case in cases})
    return joining_groups.together(
        city.session,
        lead=(lead or cases[0]).id,
        mailbox=city.mailbox,
        cluster=city.cluster,
        calendar=CALENDAR,
        actor=getattr(city.people, who),
        now=city.clock(),
        **values,
    )


def offer(city, who="assigner"):
    return joining_groups.of_group(city.session, city.cluster, actor=getattr(city.people, who))


def test_what_of_a_group_can_be_joined(city, group):
    found = offer(city)

    assert list(found.cases) == group
    assert (found.total, found.past, found.by_itself) == (3, 0, group[0])


def test_a_report_is_never_offered_and_never_joined(city, group):
    report = city.report
    assert report not in offer(city).cases
    with pytest.raises(NotFound):
        join(city, [*group, report])
    assert report.state is CaseState.SUBMITTED


def test_the_lead_is_accepted_and_given_to_its_units_and_the_others_follow(city, group):
    lead = join(city, group, co_units=[city.roads], words="请一并处理")

    assert (lead.state, lead.unit) == (CaseState.ASSIGNED, city.lamps)
    assert {one.unit for one in lead.assignments} == {city.lamps, city.roads}
    assert [case.state for case in group[1:]] == [CaseState.MERGED] * 2
    assert all(case.unit == city.lamps and case.accepted_at for case in group[1:])


def test_no_clock_begins_anew_by_joining(city, group):
    city.act(reception.accept, group[1], "assigner")
    begun = next(clock for clock in group[1].clocks if clock.kind is ClockKind.REPLY)
    started, due = begun.started_at, begun.due_at
    city.clock.advance(days=1)
    join(city, group)

    assert [one.kind for one in group[1].clocks if one.stopped_at is None] == [ClockKind.REPLY]
    assert (begun.started_at, begun.due_at, begun.stopped_at) == (started, due, None)


def test_one_answer_serves_all_and_each_rates_for_themselves(city, group):
    lead = join(city, group)
    city.session.flush()
    city.act(assigning.take_up, lead, "handler")
    city.act(
        replying.draft,
        lead,
        "handler",
        text=REPLY,
        outcome=Outcome.SOLVED,
        lines={group[1].id: "您家门口的那一盏已于当天修好。"},
    )
    city.publish(lead)

    assert {case.state for case in group} == {CaseState.REPLIED}


def test_a_lead_with_a_unit_keeps_it(city, group, make):
    lead = group[0]
    city.act(reception.accept, lead, "assigner")
    city.act(assigning.assign, lead, "assigner", unit=city.roads)
    join(city, group, unit=None)

    assert lead.unit == city.roads
    assert group[2].unit == city.roads


def test_more_that_come_later_join_the_same_case(city, group, make):
    lead = join(city, group[:2])
    found = offer(city)

    assert [(case, number) for case, number in found.leads] == [(lead, 1)]
    assert (list(found.cases), found.by_itself) == ([group[2]], lead)
    join(city, [group[2]], lead=lead, unit=None)
    assert {case.joined_to_id for case in group[1:]} == {lead.id}


def test_one_changed_meanwhile_joins_nothing(city, group):
    stale = {case.id: case.version for case in group}
    group[1].domain = Domain.HEALTH
    city.session.commit()
    with pytest.raises(StaleVersion):
        join(city, group, chosen=stale)
    city.session.rollback()

    assert {case.state for case in group} == {CaseState.SUBMITTED}


def test_one_alone_and_too_many_are_refused(city, group):
    with pytest.raises(Invalid):
        join(city, group[:1])
    with pytest.raises(Invalid):
        join(city, group, chosen=dict.fromkeys(range(joining_groups.AT_ONCE + 1), 1))


@pytest.mark.parametrize("who", ["handler", "leader", "supervisor", "citizen"])
def test_only_who_assigns_joins(city, group, who):
    with pytest.raises(NotAllowed):
        offer(city, who)
    with pytest.raises((NotAllowed, NotFound)):
        join(city, group, who=who)


def test_nobody_joins_to_a_message_of_their_own(city, make):
    own = city.send("我也要修灯", author=city.people.assigner)
    other = city.send("修灯", author=make.person())
    city.cluster = make.cluster(own.suggestion, other.suggestion)

    assert list(offer(city).cases) == [other]
    with pytest.raises(NotAllowed):
        join(city, [own, other])


def test_a_message_of_another_mailbox_is_not_found(city, group, make):
    other = make.mailbox(agency=city.mailbox.topic.agency)
    here, city.mailbox = city.mailbox, other
    stranger = city.send("别处的事", author=make.person())
    city.mailbox = here
    with pytest.raises(NotFound):
        join(city, [*group, stranger])


def test_taking_apart_gives_each_message_back_what_it_had(city, group):
    before = group[1]
    city.act(reception.accept, before, "assigner")
    city.act(assigning.assign, before, "assigner", unit=city.roads)
    reply = next(c for c in before.clocks if c.kind is ClockKind.REPLY)
    due = reply.due_at
    lead = join(city, group)
    city.session.flush()
    city.clock.advance(hours=3)
    count = joining_groups.take_apart(
        city.session,
        lead=lead,
        version=lead.version,
        calendar=CALENDAR,
        actor=city.people.assigner,
        now=city.clock(),
    )

    assert count == 2
    assert (before.state, before.unit, before.joined_to_id) == (
        CaseState.ASSIGNED,
        city.roads,
        None,
    )
    assert group[2].state is CaseState.ACCEPTED
    assert (reply.due_at, reply.stopped_at) == (due, None)
    assert lead.state is CaseState.ASSIGNED


def test_what_answers_no_other_cannot_be_taken_apart(city, group):
    with pytest.raises(Conflict):
        joining_groups.take_apart(
            city.session,
            lead=group[0],
            version=group[0].version,
            calendar=CALENDAR,
            actor=city.people.assigner,
            now=city.clock(),
        )


def test_the_offer_costs_the_same_for_a_large_group(city, group, make):
    with counted_queries(city.session) as few:
        offer(city)
    more_cases = [city.send(f"又一盏{n}", author=make.person()) for n in range(12)]
    for case in more_cases:
        make._add(
            type(city.cluster.memberships[0])(
                suggestion_id=case.suggestion_id, cluster_id=city.cluster.id, placed_at=city.clock()
            )
        )
    city.session.commit()
    with counted_queries(city.session) as more:
        assert len(offer(city).cases) == 15

    assert more.count <= few.count + 6  # what the commit let go of is read again


def test_numbers_of_messages_are_found_in_their_mailbox_only(city, group):
    found = joining_groups.numbered(city.session, city.mailbox, [group[0].suggestion_id])
    assert found == {group[0].id: group[0].version}
    with pytest.raises(Invalid):
        joining_groups.numbered(city.session, city.mailbox, [city.report.suggestion_id])
