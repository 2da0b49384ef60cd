"""What lies on whose desk."""

from datetime import timedelta

import pytest

from consult.services.caseload import queues
from consult.services.caseload.queues import QUEUES, Queue
from consult.services.handling import replying
from models.mailbox import Urgency
from models.person import Role
from models.suggestion import SuggestionKind
from tests.city import CALENDAR
from tests.queries import counted_queries
from tests.services.caseload.scenes import every_desk, rated_low, reported


def desk(city, who):
    person = getattr(city.people, who) if isinstance(who, str) else who
    return queues.desk(person, calendar=CALENDAR, now=city.clock())


def titles(city, who, queue, **values):
    page = queues.listed(city.session, desk(city, who), queue, size=100, **values)
    return {case.suggestion.title for case in page.items}


@pytest.fixture
def cases(city):
    """With the noise message of the city brought out of the way."""
    found = every_desk(city)
    city.session.flush()
    return found


@pytest.mark.parametrize(
    ("who", "queue", "expected"),
    [
        ("assigner", Queue.REVIEW, {"刚提交的", "另一件事"}),
        ("assigner", Queue.TO_ASSIGN, {"受理的"}),
        ("assigner", Queue.OBJECTIONS, {"有异议的"}),
        ("assigner", Queue.LOW, {"评价低的"}),
        ("assigner", Queue.APPEALS, {"申请复查的"}),
        ("assigner", Queue.REPLIES, set()),
        ("assigner", Queue.CONFIDENTIAL, set()),
        ("inspector", Queue.CONFIDENTIAL, {"举报灯管处"}),
        ("inspector", Queue.REVIEW, set()),
        ("handler", Queue.TAKE_UP, {"交办的"}),
        ("handler", Queue.MINE, {"在办的", "拟稿的", "牵头的"}),
        ("handler", Queue.UNIT, {"交办的", "有异议的", "在办的", "拟稿的", "牵头的"}),
        ("handler", Queue.CO_HANDLING, {"改派的"}),
        ("handler", Queue.REPLIES, set()),
        ("leader", Queue.REPLIES, {"拟稿的"}),
        ("leader", Queue.MINE, set()),
        ("other_handler", Queue.TAKE_UP, {"改派的"}),
        ("other_handler", Queue.CO_HANDLING, set()),
        ("supervisor", Queue.REVIEW, set()),
    ],
)
def test_each_queue_holds_what_its_owner_must_do(city, cases, who, queue, expected):
    assert titles(city, who, queue) == expected


@pytest.mark.parametrize("who", ["assigner", "handler", "leader", "inspector", "supervisor"])
def test_counts_are_those_of_the_lists(city, cases, who):
    counted = queues.counts(city.session, desk(city, who))

    assert counted == {
        queue: len(titles(city, who, queue))
        for queue in queues.of_person(desk(city, who).person)
        if queue is not Queue.ALL
    }


def test_a_reply_lies_on_one_desk_and_never_on_its_writers(city):
    case = city.drafted(title="拟稿的")
    reply = replying.current(city.session, case)
    assert titles(city, "leader", Queue.REPLIES) == {"拟稿的"}

    city.act(replying.let_pass, case, "leader", reply=reply)
    assert titles(city, "leader", Queue.REPLIES) == set()
    assert titles(city, "assigner", Queue.REPLIES) == {"拟稿的"}


def test_a_leader_who_wrote_the_reply_does_not_review_it(city):
    case = city.in_progress(title="领导自己写的")
    outcome = replying.Outcome.SOLVED
    city.act(replying.draft, case, "leader", text="已更换灯具，六月十日完工。", outcome=outcome)

    assert titles(city, "leader", Queue.REPLIES) == set()


def test_nobody_sees_a_low_rating_in_a_queue_before_its_window_has_closed(city):
    city.rated((1, 1, 1), title="刚评价的")
    assert titles(city, "assigner", Queue.LOW) == set()

    rated_low(city)
    assert titles(city, "assigner", Queue.LOW) == {"刚评价的", "评价低的"}


def test_what_is_due_soon_and_what_is_past_its_time(city):
    """A question is answered in five working days; two before that it is due soon."""
    case = city.in_progress(title="在办的")
    assert titles(city, "handler", Queue.NEAR_DUE) == set()

    city.clock.now = case.due_at
    city.clock.advance(days=-1)
    assert titles(city, "handler", Queue.NEAR_DUE) == {"在办的"}
    assert titles(city, "handler", Queue.OVERDUE) == set()

    city.clock.now = case.due_at
    assert titles(city, "handler", Queue.NEAR_DUE) == set()
    assert titles(city, "handler", Queue.OVERDUE) == {"在办的"}


def test_what_is_due_first_stands_first(city):
    late = city.accepted(title="先受理的")
    city.clock.advance(days=3)
    city.accepted(title="后受理的")

    page = queues.listed(city.session, desk(city, "assigner"), Queue.TO_ASSIGN)
    assert [case.suggestion.title for case in page.items] == ["先受理的", "后受理的"]
    assert page.items[0] is late


@pytest.mark.parametrize("queue", [Queue.REVIEW, Queue.CONFIDENTIAL])
def test_what_is_in_danger_or_without_supply_comes_before_what_is_due_first(city, queue):
    """A leak that came last stands above three that run out before it."""
    how = {}
    if queue is Queue.CONFIDENTIAL:
        how = {"kind": SuggestionKind.REPORT, "named_unit": city.lamps}
    sent = [city.send(title, **how) for title in ("普通的", "停水的", "漏气的")]
    for case, urgency, days in zip(
        sent, (Urgency.ROUTINE, Urgency.SUPPLY, Urgency.DANGER), (1, 3, 2), strict=True
    ):
        case.urgency, case.due_at = urgency, city.clock() + timedelta(days=days)
    city.session.flush()

    who = "assigner" if queue is Queue.REVIEW else "inspector"
    page = queues.listed(city.session, desk(city, who), queue, size=100)
    found = [case.suggestion.title for case in page.items]
    assert [title for title in found if title != "另一件事"] == ["漏气的", "停水的", "普通的"]
    assert found[:2] == ["漏气的", "停水的"]


def test_pages_of_a_queue_follow_each_other_in_that_order(city):
    for n in range(5):
        case = city.accepted(title=f"第{n}件")
        case.urgency = Urgency.DANGER if n % 2 else Urgency.PRESSING
    city.session.flush()

    pages = [
        queues.listed(city.session, desk(city, "assigner"), Queue.TO_ASSIGN, page=n, size=2)
        for n in (1, 2, 3)
    ]
    found = [case.suggestion.title for page in pages for case in page.items]
    assert found == ["第1件", "第3件", "第0件", "第2件", "第4件"]


def test_the_unit_that_a_report_names_finds_it_in_no_queue_and_no_count(city):
    before = {who: queues.counts(city.session, desk(city, who)) for who in ("handler", "leader")}
    reported(city)

    for who, counted in before.items():
        assert queues.counts(city.session, desk(city, who)) == counted
        assert all("举报灯管处" not in titles(city, who, queue) for queue in Queue)


def test_a_queue_that_somebody_has_not_is_empty_and_not_counted(city, make):
    city.send("待审核的")
    analyst = make.staff(Role.ANALYST, city.mailbox.topic.agency)

    assert queues.of_person(analyst) == []
    assert queues.counts(city.session, desk(city, analyst)) == {}
    assert all(titles(city, analyst, queue) == set() for queue in QUEUES)


def test_the_work_does_not_grow_with_the_list(city):
    def asked():
        city.session.flush()
        city.session.expire_all()
        page_of = desk(city, "assigner")  # loads who is asking
        with counted_queries(city.session) as queries:
            queues.counts(city.session, page_of)
            for case in queues.listed(city.session, page_of, Queue.REVIEW).items:
                assert all((case.no, case.suggestion.title, case.unit.name, case.topic.title))
        return queries.count

    few = asked()
    for n in range(12):
        city.send(f"又一件{n}")
    assert asked() == few
