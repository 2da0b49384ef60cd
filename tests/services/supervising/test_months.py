"""月清月结: what of a month is settled, and what is left of those before."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from consult.services.handling import assigning, replying
from consult.services.supervising import months
from consult.services.supervising.scopes import Scope
from tests.city import REPLY


def board(city, month):
    scope = Scope(agency=city.mailbox.topic.agency)
    return months.board(city.session, scope, month=month, now=city.clock()).rows


def test_a_month_is_clear_when_nothing_of_it_or_before_waits(city):
    city.replied(title="答了")
    case = city.assigned(title="没答")
    june = board(city, "2026-06")[city.lamps.id]
    assert (june.of_month.accepted, june.open, june.left_over, june.is_clear) == (2, 1, 0, False)
    city.clock.advance(days=35)
    july = board(city, "2026-07")[city.lamps.id]
    assert (july.of_month.accepted, july.left_over, july.overdue_before) == (0, 1, 1)
    city.act(assigning.take_up, case, "handler")
    city.act(replying.draft, case, "handler", text=REPLY, outcome=replying.Outcome.SOLVED)
    city.publish(case)
    assert city.lamps.id not in board(city, "2026-07")
    assert board(city, "2026-06")[city.lamps.id].is_clear


def test_the_whole_is_the_sum_of_its_units(city):
    city.replied(title="答了")
    city.assigned(title="没答")
    city.accepted(title="没交办")
    scope = Scope(agency=city.mailbox.topic.agency)
    found = months.board(city.session, scope, month="2026-06", now=city.clock())
    whole, rows = found.whole, found.rows.values()
    assert whole.of_month.accepted == sum(row.of_month.accepted for row in rows) == 3
    assert whole.open == sum(row.open for row in rows) == 2


@pytest.mark.parametrize(
    ("month", "count", "wanted"),
    [("2026-06", 0, "2026-06"), ("2026-01", 1, "2025-12"), ("2026-06", 18, "2024-12")],
)
def test_months_are_counted_back_over_years(month, count, wanted):
    assert months.earlier(month, count) == wanted


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "1999-12", "26-01", "", "2026-6", "２０２６-06", "2026-06-01"]
)
def test_what_is_no_month(text):
    assert not months.is_month(text)


def test_a_month_begins_where_the_offices_are():
    late = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)
    assert months.month_of(late, ZoneInfo("Asia/Shanghai")) == "2026-07"


def test_no_longer_time_than_three_years():
    assert len(months.between("2000-01", "2026-06")) == months.MOST
    assert months.between("2026-06", "2026-04") == ["2026-04", "2026-05", "2026-06"]
