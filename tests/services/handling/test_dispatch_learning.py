"""The unit that is proposed: from group, catalogue, habit, and what was learned; never the one named."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from consult.jobs import dispatching as job
from consult.services.grouping import vectors
from consult.services.handling import (
    assigning,
    dispatch_learning,
    dispatch_lessons,
    dispatching,
)
from consult.services.handling.dispatch_learner import Learned, Told, learn, sharpened
from consult.services.handling.dispatching import Ground
from models.mailbox import DispatchModel, Domain
from models.suggestion import SuggestionKind
from tests.queries import counted_queries

LAMP, ROAD = ("路灯不亮", "晚上路灯全灭，漆黑一片"), ("路面坑洼", "道路破损，车辆颠簸")


@pytest.fixture
def sent(city, make):
    """Sends a message to a unit, which takes it up."""

    def send(words, unit, **values):
        title, facts = words
        case = city.accepted(title=title, facts=facts, author=make.person(), **values)
        city.act(assigning.assign, case, "assigner", unit=unit)
        who = "handler" if unit is city.lamps else "other_handler"
        city.act(assigning.take_up, case, who)
        return case

    return send


@pytest.fixture
def taught(city, sent):
    """Forty messages that went to one of two units."""
    for n in range(20):
        sent((f"{LAMP[0]}{n}", LAMP[1]), city.lamps)
        sent((f"{ROAD[0]}{n}", ROAD[1]), city.roads)
    city.session.flush()
    return dispatch_lessons.learn_mailbox(city.session, city.mailbox.topic_id, now=city.clock())


def new(city, make, words, **values):
    case = city.accepted(title=words[0], facts=words[1], author=make.person(), **values)
    city.session.flush()
    return case


def proposed(city, case):
    return dispatch_learning.propose(city.session, case)


def test_words_lead_to_the_unit_that_answered_such_words(city, make, taught):
    first = proposed(city, new(city, make, ("南门路灯坏了", "路灯不亮")))[0]
    assert (first.unit, first.ground) == (city.lamps, Ground.WORDS)
    assert 0.5 < first.share < 1
    assert proposed(city, new(city, make, ("北门道路破损", "路面坑洼")))[0].unit is city.roads


def test_what_was_learned_is_tried_on_what_it_had_not_seen(taught):
    assert (taught.cases, taught.tried, taught.first_right, taught.among_three) == (40, 8, 8, 8)


def test_it_learns_when_enough_is_there_and_again_when_there_is_more(city, sent, taught, now):
    assert job.due(city.session, now) == []
    for n in range(dispatch_lessons.MORE):
        sent((f"{LAMP[0]}再{n}", LAMP[1]), city.lamps)
    city.session.flush()
    assert job.due(city.session, now) == [city.mailbox.topic_id]
    job.learn(city.session, now, city.mailbox.topic_id)
    city.session.flush()
    assert job.due(city.session, now) == []


def test_too_few_teach_nothing(city, sent, now):
    sent(LAMP, city.lamps)
    sent(ROAD, city.roads)
    city.session.flush()
    assert job.due(city.session, now) == []
    assert dispatch_lessons.learn_mailbox(city.session, city.mailbox.topic_id, now=now) is None
    assert city.session.query(DispatchModel).count() == 0


def test_reports_and_what_was_passed_on_teach_nothing(city, make, sent):
    passed = sent(LAMP, city.lamps)
    city.act(assigning.reassign, passed, "assigner", unit=city.roads, words="归道路处")
    report = city.send(
        "举报", author=make.person(), kind=SuggestionKind.REPORT, named_unit=city.roads
    )
    report.state = passed.state
    city.session.flush()
    assert dispatch_lessons.gather(city.session, city.mailbox.topic_id).units == []


def test_what_was_learned_in_another_way_is_not_used_and_learned_anew(city, make, taught, now):
    taught.method = "another"
    city.session.flush()
    grounds = {one.ground for one in proposed(city, new(city, make, LAMP))}
    assert Ground.WORDS not in grounds
    assert job.due(city.session, now) == [city.mailbox.topic_id]


def test_until_it_has_learned_habit_speaks(city, make, sent):
    for n in range(dispatch_learning.ENOUGH):
        sent((f"树木遮挡{n}", "树"), city.lamps, domain=Domain.RURAL)
    [one] = proposed(city, new(city, make, ("虫害", "虫"), domain=Domain.RURAL))
    assert (one.unit, one.ground) == (city.lamps, Ground.HABIT)


def test_the_catalogue_speaks_for_the_region_before_everywhere(city, make):
    setting = {"mailbox": city.mailbox, "actor": city.people.assigner, "now": city.clock()}
    region = make.region("329901", "东山区")
    dispatching.set_unit(city.session, **setting, domain=Domain.URBAN, unit=city.lamps)
    dispatching.set_unit(
        city.session, **setting, domain=Domain.URBAN, region=region, unit=city.roads
    )
    here = new(city, make, ("甲", "乙"), domain=Domain.URBAN, region=region)
    assert [one.unit for one in proposed(city, here)] == [city.roads, city.lamps]
    elsewhere = new(city, make, ("丙", "丁"), domain=Domain.URBAN)
    assert [one.unit for one in proposed(city, elsewhere)] == [city.lamps]


def test_grounds_that_agree_lift_one_another(city, make, taught):
    setting = {"mailbox": city.mailbox, "actor": city.people.assigner, "now": city.clock()}
    dispatching.set_unit(city.session, **setting, domain=Domain.OTHER, unit=city.lamps)
    first = proposed(city, new(city, make, ("路灯不亮", "路灯")))[0]
    assert {first.ground, *first.beside} == {Ground.WORDS, Ground.CATALOGUE}


def test_it_goes_where_others_of_its_group_went(city, make, sent):
    mate = sent(("垃圾站异味", "异味"), city.roads)
    case = new(city, make, ("垃圾站太臭", "臭"))
    make.cluster(mate.suggestion, case.suggestion)
    first = proposed(city, case)[0]
    assert (first.unit, first.ground, first.share) == (city.roads, Ground.GROUP, 1.0)


def test_a_unit_that_a_report_names_is_never_proposed_for_it(city, make, taught):
    words = {"kind": SuggestionKind.REPORT, "named_unit": city.lamps}
    case = city.send("路灯采购有问题", facts=LAMP[1], author=make.person(), **words)
    city.session.flush()
    found = proposed(city, case)
    assert found
    assert city.lamps not in [one.unit for one in found]


def test_many_are_proposed_for_with_as_many_queries_as_one(city, make, taught):
    cases = [new(city, make, (f"路灯{n}", "路灯")) for n in range(8)]

    def asked(some):
        city.session.commit()
        with counted_queries(city.session) as queries:
            [(case.id, case.mailbox_id) for case in some]  # read again after the commit
            before = queries.count
            dispatch_learning.propose_many(city.session, some)
            return queries.count - before

    assert asked(cases) <= asked(cases[:1])


def test_the_meaning_is_learned_too_where_it_was_worked_out(city, make, sent):
    rng = np.random.default_rng(7)
    towards = {city.lamps.id: rng.normal(size=16), city.roads.id: rng.normal(size=16)}
    for n in range(40):
        unit = city.lamps if n % 2 else city.roads
        case = sent((f"第{n}件", "无"), unit)
        vector = towards[unit.id] + rng.normal(size=16) * 0.1
        made = (vector / np.linalg.norm(vector)).astype(np.float32)
        vectors.store(city.session, [case.suggestion], made[None], model="m")
    case = new(city, make, ("又一件", "无"))
    made = (towards[city.roads.id] / np.linalg.norm(towards[city.roads.id])).astype(np.float32)
    vectors.store(city.session, [case.suggestion], made[None], model="m")
    city.session.flush()
    dispatch_lessons.learn_mailbox(city.session, city.mailbox.topic_id, now=city.clock())
    assert proposed(city, case)[0].unit is city.roads


@pytest.fixture
def lesson():
    """Two units and what they answer; the words of a third are in both."""
    told = [Told(f"{LAMP[0]}{n}", LAMP[1]) for n in range(12)]
    told += [Told(f"{ROAD[0]}{n}", ROAD[1]) for n in range(12)]
    return SimpleNamespace(told=told, units=[7] * 12 + [9] * 12)


def test_what_was_learned_comes_back_from_bytes_the_same(lesson):
    learned = learn(lesson.told, lesson.units)
    again = Learned.from_bytes(learned.to_bytes())
    one = Told("路灯", "不亮")
    assert [guess.unit for guess in again.guess(one)] == [
        guess.unit for guess in learned.guess(one)
    ]
    assert again.guess(one)[0].share == pytest.approx(learned.guess(one)[0].share, abs=0.01)


def test_words_that_spoke_are_words_of_the_message(lesson):
    lesson.told += [Told(f"医院挂号难{n}", "排队很久") for n in range(12)]
    lesson.units += [11] * 12
    [first, *_rest] = learn(lesson.told, lesson.units).guess(Told("医院门口", "挂号太难"))
    assert first.unit == 11
    assert first.words
    assert all(word in "医院门口挂号太难" for word in first.words)


def test_shares_become_honest_by_what_was_not_seen(lesson):
    learned = learn(lesson.told, lesson.units)
    wrong = [9 if unit == 7 else 7 for unit in lesson.units]
    sure = sharpened(learned, lesson.told, lesson.units)
    unsure = sharpened(learned, lesson.told, wrong)
    assert unsure.sharpness < sure.sharpness
    assert sharpened(learned, lesson.told[:1], [1_000]).sharpness == learned.sharpness


def test_words_that_nobody_used_decide_nothing(lesson):
    learned = learn(lesson.told, lesson.units)
    shares = [guess.share for guess in learned.guess(Told("zzz", "qqq"))]
    assert shares == pytest.approx([0.5, 0.5])
    assert replace(learned, units=()).guess(Told("路灯", "")) == []
