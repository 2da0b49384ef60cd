"""What an author may still do, and the list of one's own messages."""

from datetime import timedelta

import pytest

from consult.services.caseload import author_acts, my_messages
from consult.services.caseload.my_messages import Mine
from consult.services.handling import appeals, judging_replies, passing_time, reception
from consult.services.handling.judging_replies import Stars
from consult.services.handling.moves import CaseAct, Party, acts_of
from models.case import CaseState
from models.suggestion import SuggestionKind
from tests.city import CALENDAR
from tests.queries import counted_queries


def acts(city, case, who="citizen"):
    return set(author_acts.open_to(city.session, case, getattr(city.people, who), now=city.clock()))


def let_pass(city, days):
    city.clock.advance(days=days)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    city.session.flush()


@pytest.mark.parametrize("state", CaseState)
def test_nothing_is_offered_that_the_table_does_not_allow(city, state):
    case = city.replied()
    case.state = state
    assert acts(city, case) <= set(acts_of(state, {Party.AUTHOR}))
    assert acts(city, case, "stranger") == acts(city, case, "assigner") == set()


def test_a_reply_is_rated_and_changed_once_while_there_is_time(city):
    case = city.replied()
    assert acts(city, case) == {CaseAct.RATE}
    for mark in (5, 4):
        assert CaseAct.RATE in acts(city, case)
        city.act(judging_replies.rate, case, "citizen", stars=Stars(mark, mark, mark))
    assert acts(city, case) == set()


def test_the_time_to_rate_ends_by_the_clock_not_by_the_job(city):
    case = city.replied()
    city.clock.advance(days=40)
    assert acts(city, case) == set()


def test_an_objection_to_a_refusal_is_offered_once(city):
    case = city.send()
    refuse = {"reason": reception.Refused.NO_MATTER}
    city.act(reception.refuse, case, "assigner", **refuse)
    assert acts(city, case) == {CaseAct.CONTEST}
    city.act(reception.contest, case, "citizen", words="有诉求")
    city.act(reception.refuse, case, "second_assigner", **refuse)
    assert acts(city, case) == set()


def test_a_review_is_offered_twice_and_the_second_time_as_the_final_one(city):
    case = city.replied()
    let_pass(city, 40)
    offered = []
    for _turn in range(3):
        offered.append(acts(city, case))
        if not offered[-1]:
            break
        city.act(appeals.ask, case, "citizen", words="不对")
        assert acts(city, case) == set()
        appeal = appeals.pending(case)
        reviewer = city.people.assigner if not appeal.final else city.people.inspector
        city.act(appeals.answer, case, reviewer, granted=False, words="维持")
    assert offered == [{CaseAct.APPEAL}, {CaseAct.APPEAL_AGAIN}, set()]


def test_one_s_own_messages_are_listed_by_who_acts_next(city):
    city.send(title="等审核")
    asked = city.send(title="要补充")
    city.act(reception.return_for_more, asked, "assigner", words="在哪里？")
    city.replied(title="可评价")
    gone = city.send(title="撤回了")
    city.act(reception.withdraw, gone, "citizen")
    report = {"kind": SuggestionKind.REPORT, "named_unit": city.lamps}
    city.send(title="举报", **report)

    def titles(which=None):
        found = my_messages.written(city.session, person=city.people.citizen, which=which)
        return [case.suggestion.title for case in found.items]

    assert titles() == ["举报", "撤回了", "可评价", "要补充", "等审核"]
    assert titles(Mine.WAITING) == ["可评价", "要补充"]
    assert titles(Mine.IN_HAND) == ["举报", "等审核"]
    assert titles(Mine.DONE) == ["撤回了"]
    counts = my_messages.counts(city.session, person=city.people.citizen)
    assert counts == {Mine.WAITING: 2, Mine.IN_HAND: 2, Mine.DONE: 1}


@pytest.mark.parametrize("state", CaseState)
def test_every_stage_is_in_one_of_the_three_lists(state):
    assert sum(state in my_messages.states_of(which) for which in Mine) == 1


def test_a_list_of_many_asks_no_more_than_one_of_few(city):
    city.replied()
    city.session.commit()
    person = city.people.citizen
    with counted_queries(city.session) as few:
        list(my_messages.written(city.session, person=person).items)
    for n in range(5):
        city.replied(title=f"又一件{n}")
    city.session.commit()
    with counted_queries(city.session) as many:
        found = my_messages.written(city.session, person=person)
        assert [(one.unit.name, len(one.clocks), one.topic.title) for one in found.items]
    assert many.count <= few.count + 1  # who asks is read anew


def test_what_one_follows_goes_when_it_is_no_longer_public(city, make):
    case = city.replied(title="别人的", author=city.people.stranger, publish_text=True)
    make.support(case.suggestion, city.people.citizen)

    def followed():
        found = my_messages.followed(city.session, person=city.people.citizen)
        return [one.face.title for one in found.items]

    assert followed() == ["别人的"]
    case.suggestion.publish_text = False
    city.session.flush()
    assert followed() == []


def test_the_clock_of_a_window_ends_at_its_very_moment(city):
    case = city.replied()
    [window] = [clock for clock in case.clocks if clock.stopped_at is None]
    city.clock.now = window.due_at - timedelta(seconds=1)
    assert acts(city, case) == {CaseAct.RATE}
    city.clock.now = window.due_at
    assert acts(city, case) == set()
