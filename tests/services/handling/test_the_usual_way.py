"""A message from sending to closing, and what is refused on its way."""

from datetime import timedelta
from functools import partial

import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.services.handling import (
    allowances,
    appeals,
    assigning,
    clocks,
    joining,
    judging_replies,
    passing_time,
    reception,
    replying,
    triage,
    triage_rules,
)
from consult.services.handling.allowances import Allowance
from consult.services.handling.judging_replies import Stars
from consult.services.handling.parties import may_see
from consult.services.handling.reception import Refused
from consult.services.handling.replying import Outcome
from models.case import AssignmentState, CaseState, ClockKind
from models.mailbox import TimeUnit, Track, Urgency
from models.reply import ReplyStage, ReturnReason
from models.suggestion import SuggestionKind, SuggestionStatus
from tests.city import CALENDAR, REPLY


def states(case):
    return [step.state_after.value for step in case.steps]


def pass_time(city, **by):
    city.clock.advance(**by)
    return passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())


def test_from_sending_to_closing_through_an_objection_and_a_low_rating(city):
    """Written, accepted, assigned, objected, reassigned, returned, rated 2, reopened, rated 5."""
    case = city.assigned()
    city.act(assigning.object_to, case, "handler", words="路灯归道路处管")
    city.act(assigning.reassign, case, "assigner", unit=city.roads, words="由道路处办理")
    city.act(assigning.take_up, case, "other_handler")
    city.act(replying.draft, case, "other_handler", text="已转有关部门", outcome=Outcome.PLANNED)
    reply = replying.current(city.session, case)
    city.act(replying.send_back, case, "other_leader", reply=reply, code=ReturnReason.PERFUNCTORY)
    city.act(replying.draft, case, "other_handler", text=REPLY, outcome=Outcome.SOLVED)
    city.act(replying.let_pass, case, "other_leader", reply=reply)
    city.act(replying.publish, case, "assigner", reply=reply)
    city.act(judging_replies.rate, case, "citizen", stars=Stars(2, 3, 3))
    assert pass_time(city, days=30) == 1
    city.act(judging_replies.reopen, case, "assigner", words="重新办理")
    city.act(assigning.take_up, case, "other_handler")
    city.act(replying.draft, case, "other_handler", text=f"第二次：{REPLY}", outcome=Outcome.SOLVED)
    second = replying.current(city.session, case)
    city.act(replying.let_pass, case, "other_leader", reply=second)
    city.act(replying.publish, case, "assigner", reply=second)
    city.act(judging_replies.rate, case, "citizen", stars=Stars(5, 5, 5))
    pass_time(city, days=30)

    assert case.state is CaseState.CLOSED
    assert (case.round, case.transfers, len(reply.reviews)) == (2, 1, 3)
    assert states(case)[-4:] == ["reply_drafted", "replied", "rated", "closed"]


def test_a_transfer_does_not_begin_the_clock_anew(city):
    case = city.assigned()
    [clock] = clocks.running(case, ClockKind.REPLY)
    due = clock.due_at
    city.clock.advance(days=2)
    city.act(assigning.object_to, case, "handler", words="不归我们管")
    city.act(assigning.reassign, case, "assigner", unit=city.roads, words="归道路处")

    assert clocks.running(case, ClockKind.REPLY) == [clock]
    assert clock.due_at == due == case.due_at


def test_a_third_transfer_takes_a_ruling_and_a_ruling_binds(city):
    case = city.assigned()
    for unit in (city.roads, city.lamps):
        city.act(assigning.reassign, case, "assigner", unit=unit, words="改派")
    with pytest.raises(Conflict, match="rule"):
        city.act(assigning.reassign, case, "assigner", unit=city.roads, words="改派")
    city.act(assigning.reassign, case, "assigner", unit=city.roads, words="裁定", ruling=True)
    with pytest.raises(Conflict, match="final"):
        city.act(assigning.object_to, case, "other_handler", words="还是不归我们管")


def test_an_overruled_unit_takes_it_up_and_cannot_object_again(city):
    case = city.assigned()
    city.act(assigning.object_to, case, "handler", words="不归我们管")
    city.act(assigning.uphold, case, "assigner", words="职责清单第三条")
    assert case.assignments[-1].state is AssignmentState.UPHELD
    with pytest.raises(Conflict):
        city.act(assigning.object_to, case, "handler", words="不归我们管")


@pytest.mark.parametrize("who", ["citizen", "handler", "supervisor"])
def test_only_the_assigner_accepts(city, who):
    case = city.send()
    with pytest.raises((NotAllowed, NotFound)):
        city.act(reception.accept, case, who)
    assert case.state is CaseState.SUBMITTED


def test_a_stranger_does_not_learn_that_there_is_such_a_case(city):
    with pytest.raises(NotFound):
        city.act(reception.withdraw, city.send(), "stranger")


def test_a_stale_page_accepts_nothing(city):
    with pytest.raises(StaleVersion):
        city.act(reception.accept, city.send(), "assigner", version=99)


def test_a_refusal_names_the_right_channel_and_leaves_the_message_uncounted(city):
    case = city.send()
    with pytest.raises(Invalid):
        city.act(reception.refuse, case, "assigner", reason=Refused.COURT)
    city.act(reception.refuse, case, "assigner", reason=Refused.COURT, channel="区人民法院")

    assert case.steps[-1].reason == "区人民法院"
    assert case.suggestion.status is SuggestionStatus.NOT_ACCEPTED


def test_a_refusal_is_objected_to_once_and_decided_by_somebody_else(city):
    case = city.send()
    refusal = {"reason": Refused.NO_MATTER}
    city.act(reception.refuse, case, "assigner", **refusal)
    city.act(reception.contest, case, "citizen", words="我说得很清楚")
    with pytest.raises(NotAllowed):
        city.act(reception.refuse, case, "assigner", **refusal)
    city.act(reception.refuse, case, "second_assigner", **refusal)
    with pytest.raises(Conflict):
        city.act(reception.contest, case, "citizen", words="再看一次")


def test_what_was_missing_is_added_and_the_words_before_are_kept(city):
    case = city.send()
    city.act(reception.return_for_more, case, "assigner", words="请说明是哪一盏路灯")
    city.act(reception.supplement, case, "citizen", words="幸福路8号门口")

    assert "幸福路8号门口" in case.suggestion.facts
    assert [version.number for version in case.suggestion.versions] == [1]
    assert {clock.kind for clock in clocks.running(case)} == {
        ClockKind.REVIEW,
        ClockKind.ACCEPTANCE,
    }


def test_what_is_never_added_lapses(city):
    case = city.send()
    city.act(reception.return_for_more, case, "assigner", words="请说明地点")
    assert pass_time(city, days=10) == 0
    assert pass_time(city, days=20) == 1
    assert case.state is CaseState.NOT_ACCEPTED


def test_the_time_is_extended_once_by_somebody_else_before_it_ends(city):
    case = city.in_progress()
    before = case.due_at
    with pytest.raises(NotAllowed):
        city.act(replying.extend, case, "handler", words="等材料")
    with pytest.raises(Invalid):
        city.act(replying.extend, case, "leader", words=" ")
    city.act(replying.extend, case, "leader", words="等材料")
    with pytest.raises(Conflict):
        city.act(replying.extend, case, "leader", words="再等材料")

    assert CALENDAR.worked_between(before, case.due_at) == 10


def test_a_time_that_ran_out_is_not_extended(city):
    case = city.in_progress()
    city.clock.advance(days=60)
    with pytest.raises(Conflict):
        city.act(replying.extend, case, "leader", words="来不及了")


@pytest.mark.parametrize("text", ["", " \n ", "字" * 8001])
def test_no_reply_without_words_or_with_too_many(city, text):
    with pytest.raises(Invalid):
        city.act(replying.draft, city.in_progress(), "handler", text=text, outcome=Outcome.SOLVED)


def test_nobody_publishes_what_the_leader_has_not_seen(city):
    case = city.drafted()
    with pytest.raises(Conflict):
        city.act(replying.publish, case, "assigner", reply=replying.current(city.session, case))


def test_a_telephone_number_in_a_reply_is_masked_for_the_public(city):
    reply = replying.current(city.session, city.drafted(text=f"{REPLY}您的手机13812345678已登记。"))
    assert "13812345678" in reply.text
    assert "13812345678" not in reply.public_text


@pytest.mark.parametrize("who", ["handler", "leader", "assigner", "supervisor", "stranger"])
def test_nobody_but_the_author_rates(city, who):
    with pytest.raises((NotAllowed, NotFound)):
        city.act(judging_replies.rate, city.replied(), who, stars=Stars(5, 5, 5))


def test_staff_sees_a_rating_when_its_window_has_closed(city):
    case = city.rated((5, 4, 3))
    assert judging_replies.shown_to_staff(city.session, case) == []
    pass_time(city, days=30)
    [rating] = judging_replies.shown_to_staff(city.session, case)
    assert (rating.solved, rating.attitude, rating.speed) == (5, 4, 3)


def test_a_rating_is_changed_once_and_the_change_is_kept(city):
    case = city.rated((1, 2, 3))
    city.act(judging_replies.rate, case, "citizen", stars=Stars(4, 4, 4))
    with pytest.raises(Conflict):
        city.act(judging_replies.rate, case, "citizen", stars=Stars(5, 5, 5))
    rating = judging_replies.of_round(city.session, case)
    assert (rating.solved, rating.before) == (4, "1,2,3")


@pytest.mark.parametrize("stars", [(0, 1, 1), (1, 6, 1), (1, 1, -1)])
def test_stars_are_one_to_five(city, stars):
    with pytest.raises(Invalid):
        city.act(judging_replies.rate, city.replied(), "citizen", stars=Stars(*stars))


def test_no_rating_after_the_window(city):
    case = city.replied()
    city.clock.advance(days=60)
    with pytest.raises(Conflict):
        city.act(judging_replies.rate, case, "citizen", stars=Stars(5, 5, 5))


def test_a_good_rating_closes_and_a_low_one_waits_for_an_answer(city):
    good, low = city.rated((5, 5, 5)), city.rated((2, 5, 5), title="另一盏路灯")
    assert pass_time(city, days=30) == 2
    assert (good.state, low.state) == (CaseState.CLOSED, CaseState.RATED)
    assert [clock.kind for clock in clocks.running(low)] == [ClockKind.FOLLOW_UP]

    city.act(judging_replies.close, low, "assigner", words="已再次说明")
    assert low.state is CaseState.CLOSED


def test_an_appeal_goes_to_the_unit_above_and_each_is_answered_once(city):
    case = city.replied()
    pass_time(city, days=30)
    appeal = city.act(appeals.ask, case, "citizen", words="没有修好")
    assert appeal.unit == city.lamps.parent
    city.act(appeals.answer, case, "assigner", granted=False, words="已经修好")
    final = city.act(appeals.ask, case, "citizen", words="还是没有修好")
    assert final.final
    city.act(appeals.answer, case, "inspector", granted=False, words="维持")
    with pytest.raises(Conflict):
        city.act(appeals.ask, case, "citizen", words="第三次")


def test_an_appeal_that_is_granted_opens_the_case_again(city):
    case = city.replied()
    pass_time(city, days=30)
    city.act(appeals.ask, case, "citizen", words="没有修好")
    city.act(appeals.answer, case, "assigner", granted=True, words="重新办理")
    assert (case.state, case.round) == (CaseState.REOPENED, 2)
    assert clocks.running(case, ClockKind.REPLY)


def test_no_appeal_after_its_time_and_then_it_is_filed(city):
    case = city.replied()
    pass_time(city, days=30)
    city.clock.advance(days=60)
    with pytest.raises(Conflict):
        city.act(appeals.ask, case, "citizen", words="没有修好")
    pass_time(city)
    assert case.state is CaseState.ARCHIVED


def test_one_answer_serves_a_group_with_a_line_for_one_of_them(city, make):
    lead = city.in_progress()
    others = [city.send(f"路灯不亮{n}", author=make.person()) for n in range(3)]
    city.act(
        lambda session, *, case, **more: joining.join(session, lead=case, others=others, **more),
        lead,
        "assigner",
    )
    city.act(
        replying.draft,
        lead,
        "handler",
        text=REPLY,
        outcome=Outcome.SOLVED,
        lines={others[1].id: "您门口的一盏下周更换。", 999: "不相干"},
    )
    reply = city.publish(lead)

    assert [one.state for one in others] == [CaseState.REPLIED] * 3
    assert [(line.case_id, line.text) for line in reply.lines] == [
        (others[1].id, "您门口的一盏下周更换。")
    ]
    assert all(clocks.running(one, ClockKind.RATING) for one in others)


def test_a_message_is_taken_out_of_a_joined_case_and_its_clock_goes_on(city, make):
    lead, other = city.in_progress(), city.accepted(author=make.person())
    due = other.due_at
    city.act(
        lambda session, *, case, **more: joining.join(session, lead=case, others=[other], **more),
        lead,
        "assigner",
    )
    assert other.unit == lead.unit
    city.act(joining.part, other, "assigner")
    assert (other.state, other.joined_to, other.due_at) == (CaseState.ACCEPTED, None, due)


def test_a_report_is_seen_by_the_inspection_and_by_nobody_of_the_unit_it_names(city):
    case = city.send(
        "反映收费问题", kind=SuggestionKind.REPORT, named_unit=city.lamps, publish_text=True
    )
    people = city.people
    assert not case.suggestion.publish_text
    assert may_see(case, people.inspector)
    for person in (people.handler, people.leader, people.assigner, people.supervisor):
        assert not may_see(case, person)
    city.act(reception.accept, case, "inspector")
    with pytest.raises(Invalid):
        city.act(assigning.assign, case, "inspector", unit=city.lamps)


def test_a_report_names_a_unit_and_not_the_one_that_would_read_it(city):
    with pytest.raises(Invalid):
        city.send(kind=SuggestionKind.REPORT)
    with pytest.raises(Invalid):
        city.send(kind=SuggestionKind.REPORT, named_unit=city.mailbox.report_unit)


@pytest.mark.parametrize(
    ("words", "urgency"),
    [
        ("楼道里闻到燃气泄漏的味道", Urgency.DANGER),
        ("小区已经停水两天", Urgency.SUPPLY),
        ("老板拖欠工资", Urgency.PRESSING),
        ("建议多种树", Urgency.ROUTINE),
    ],
)
def test_words_propose_how_urgent_it_is(city, words, urgency):
    case = city.send(words)
    assert (case.urgency, case.urgency_confirmed_by_id) == (urgency, None)


def test_what_is_found_to_be_urgent_gets_the_shorter_time_and_never_a_longer_one(city):
    case = city.accepted()
    city.act(triage.confirm, case, "assigner", urgency=Urgency.SUPPLY)
    [clock] = clocks.running(case, ClockKind.REPLY)
    assert (clock.due_at - clock.started_at).total_seconds() == 24 * 3600
    city.act(triage.confirm, case, "assigner", urgency=Urgency.ROUTINE)
    assert (clock.due_at - clock.started_at).total_seconds() == 24 * 3600


def reception_clocks(case):
    kinds = (ClockKind.REVIEW, ClockKind.ACCEPTANCE)
    found = [one for one in case.clocks if one.kind in kinds]
    return {one.kind: (one.due_at - one.started_at).total_seconds() / 3600 for one in found}


def test_what_seems_urgent_is_looked_at_before_its_answer_would_be_due(city):
    """From the moment it was sent, long before a person has confirmed it."""
    leak, dry = city.send("楼道里闻到燃气泄漏的味道"), city.send("小区已经停水两天")
    other = city.send("建议多种树")

    assert reception_clocks(leak) == {ClockKind.REVIEW: 2, ClockKind.ACCEPTANCE: 2}
    assert reception_clocks(dry)[ClockKind.ACCEPTANCE] == 24
    assert all(hours > 24 for hours in reception_clocks(other).values())
    assert leak.due_at < dry.due_at < other.due_at


def test_found_to_be_in_danger_a_message_is_looked_at_sooner_and_never_later(city):
    case = city.send("建议多种树")
    before = reception_clocks(case)
    city.act(triage.confirm, case, "assigner", urgency=Urgency.DANGER)
    assert set(reception_clocks(case).values()) == {2}
    assert case.due_at == case.created_at + timedelta(hours=2)
    city.act(triage.confirm, case, "assigner", urgency=Urgency.ROUTINE)
    assert set(reception_clocks(case).values()) == {2} != set(before.values())


def test_a_mailbox_that_answers_danger_sooner_looks_at_it_sooner_and_keeps_its_own_if_shorter(city):
    allow = partial(
        allowances.set_allowance,
        city.session,
        mailbox=city.mailbox,
        actor=city.people.assigner,
        now=city.clock(),
    )
    allow(name="reply_danger", allowance=Allowance(1, TimeUnit.HOURS))
    allow(name="review", allowance=Allowance(6, TimeUnit.HOURS))
    assert reception_clocks(city.send("楼道里闻到燃气泄漏的味道"))[ClockKind.REVIEW] == 1
    assert reception_clocks(city.send("小区已经停水两天")) == {
        ClockKind.REVIEW: 6,
        ClockKind.ACCEPTANCE: 24,
    }


def test_an_agency_says_otherwise_of_a_word(city):
    triage_rules.set_word(
        city.session,
        mailbox=city.mailbox,
        word="停水",
        urgency=Urgency.ROUTINE,
        actor=city.people.assigner,
        now=city.clock(),
    )
    city.session.flush()
    assert city.send("小区已经停水两天").urgency is Urgency.ROUTINE


def test_a_petition_has_sixty_days(city):
    case = city.send()
    city.act(reception.accept, case, "assigner", track=Track.PETITION)
    assert 60 <= (case.due_at - city.clock()).days <= 70


def test_sent_twice_it_is_one_case(city):
    assert city.send() is city.send()


def test_a_reply_lies_with_the_leader_after_it_was_drafted(city):
    assert replying.current(city.session, city.drafted()).stage is ReplyStage.UNIT_LEADER
