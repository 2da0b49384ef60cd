"""The numbers made public, each against cases that were really handled."""

import pytest

from consult.services.handling import passing_time, reception, replying
from consult.services.supervising import ranking, tallying
from consult.services.supervising.numbers import Figures, figures
from consult.services.supervising.scopes import By, Scope
from models.mailbox import Domain
from models.reply import ReturnReason
from models.suggestion import SuggestionKind
from tests.city import CALENDAR, City
from tests.queries import counted_queries


def seen(city, by=By.ALL, **scope):
    scope.setdefault("topic_id", city.mailbox.topic_id)
    return figures(city.session, Scope(**scope), by=by, now=city.clock())


def close_windows(city):
    city.clock.advance(days=30)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())


def test_what_came_and_what_became_of_it(city):
    city.accepted(title="还在办")
    city.act(reception.withdraw, city.send("收回"), "citizen")
    city.rated((5, 4, 4), title="修好了")
    close_windows(city)
    [row] = seen(city).values()

    assert (row.received, row.accepted, row.replied, row.on_time) == (4, 2, 1, 1)
    assert (row.overdue, row.rated, row.solved, row.satisfied) == (1, 1, 1, 1)


def test_a_rating_counts_when_its_window_has_closed(city):
    city.rated((5, 5, 5))
    assert [row.rated for row in seen(city).values()] == [0]
    close_windows(city)
    assert [row.rated for row in seen(city).values()] == [1]


def test_a_late_reply_is_a_reply_and_late(city):
    case = city.drafted()
    city.clock.advance(days=40)
    city.publish(case)
    [row] = seen(city).values()
    assert (row.replied, row.on_time, row.overdue) == (1, 0, 0)
    assert row.median_days > 20


def test_returned_replies_are_counted(city):
    case = city.drafted()
    reply = replying.current(city.session, case)
    city.act(replying.send_back, case, "leader", reply=reply, code=ReturnReason.NO_DATE)
    assert [row.returned for row in seen(city).values()] == [1]


def test_a_report_is_in_no_number(city):
    before = seen(city)[0].received
    city.send("反映收费", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    assert seen(city)[0].received == before


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (By.DOMAIN, {Domain.OTHER: 2, Domain.TRANSPORT: 1}),
        (By.KIND, {SuggestionKind.HELP: 2, SuggestionKind.QUESTION: 1}),
        (By.MONTH, {"2026-06": 3}),
    ],
)
def test_numbers_are_told_apart(city, by, keys):
    city.send("路口太堵", domain=Domain.TRANSPORT)
    city.send("怎么办证", kind=SuggestionKind.QUESTION)
    assert {key: row.received for key, row in seen(city, by).items()} == keys


def test_a_unit_has_the_numbers_of_those_below_it(city):
    city.assigned()
    assert seen(city, unit=city.lamps)[0].accepted == 1
    assert seen(city, unit=city.lamps.parent)[0].accepted == 1
    assert seen(city, unit=city.roads) == {}


def test_an_agency_has_the_numbers_of_its_own_mailboxes_alone(city, make):
    city.send("路口太堵")
    own = city.mailbox.topic.agency
    mine = seen(city, topic_id=None, agency=own)[0].received
    elsewhere = City(**{**vars(city), "mailbox": make.mailbox(agency=make.agency("邻市政府"))})
    elsewhere.send("别处的灯")
    while tallying.work_off(city.session, zone=CALENDAR.zone):
        pass

    everywhere = seen(city, topic_id=None)[0].received
    assert everywhere > mine
    assert seen(city, topic_id=None, agency=own)[0].received == mine
    for by in (By.UNIT, By.TOPIC, By.DOMAIN, By.MONTH):
        rows = seen(city, by, topic_id=None, agency=own, kind=SuggestionKind.HELP)
        assert sum(row.received for row in rows.values()) == mine
    theirs = seen(city, topic_id=None, agency=elsewhere.mailbox.topic.agency)
    assert theirs[0].received == 1


def test_as_many_queries_whatever_there_is(session, city):
    for n in range(3):
        city.rated((5, 5, 5), title=f"第{n}件")
    session.flush()
    with counted_queries(session) as queries:
        seen(city, By.UNIT)
    assert queries.count == 6

    while tallying.work_off(session, zone=CALENDAR.zone):
        pass
    with counted_queries(session) as queries:
        seen(city, By.UNIT)
    assert queries.count == 4


def test_too_few_make_no_rate():
    assert Figures(accepted=9, replied=9).reply_rate is None
    assert Figures(accepted=10, replied=9).reply_rate == pytest.approx(0.9)


def test_the_median_of_working_days():
    assert Figures(days={1: 3, 5: 1, 9: 3}).median_days == 5
    assert Figures().median_days is None


def test_a_ranking_leaves_out_those_with_too_few():
    good = Figures(accepted=20, replied=20, on_time=20, rated=15, solved=15, satisfied=15)
    middling = Figures(accepted=20, replied=10, on_time=10, rated=15, solved=5, satisfied=5)
    few = Figures(accepted=20, replied=20, on_time=20, rated=3, solved=3, satisfied=3)
    assert [place.key for place in ranking.ranking({1: middling, 2: good, 3: few})] == [2, 1]
