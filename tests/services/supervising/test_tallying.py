"""The sums of all cases: whatever happens to cases, they are what the rows say."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from consult.services.handling import assigning, passing_time, reception, replying
from consult.services.supervising import numbers, tallying
from consult.services.supervising.facts import MEASURES
from consult.services.supervising.scopes import By, Scope
from models.case import Case
from models.mailbox import Domain
from models.reply import Rating, ReturnReason
from models.suggestion import SuggestionKind
from models.supervision import CaseChange, CaseCount, CaseDays, CaseTally
from tests.city import CALENDAR

SCOPES = [{}, {"domain": Domain.TRANSPORT}, {"kind": SuggestionKind.HELP}, {"months": ["2026-06"]}]


def count_all(session):
    while tallying.work_off(session, zone=CALENDAR.zone):
        pass


def everything(city):
    """All figures, by all that they can be told apart by."""
    topic = {"topic_id": city.mailbox.topic_id}
    scopes = [*SCOPES, topic, *({**topic, **one} for one in SCOPES), {"unit": city.lamps}]
    scopes.append({"agency": city.mailbox.topic.agency, "domain": Domain.OTHER, "kind": "help"})
    found = {}
    for number, scope in enumerate(scopes):
        if scope.get("kind") == "help":
            scope["kind"] = SuggestionKind.HELP
        for by in By:
            rows = numbers.figures(city.session, Scope(**scope), by=by, now=city.clock())
            found[number, by] = {
                key: (
                    *(getattr(row, name) for name in (*MEASURES, "overdue")),
                    {days: count for days, count in row.days.items() if count},
                )
                for key, row in rows.items()
            }
    return found


def live(city, chance):  # noqa: PLR0911 - one return a kind of life
    """Let one thing happen to a case of its own."""
    title, domain = f"第{chance.random()}件", chance.choice(list(Domain)[:3])
    kind = chance.choice([SuggestionKind.HELP, SuggestionKind.ADVICE, SuggestionKind.REPORT])
    unit = {"named_unit": city.lamps} if kind is SuggestionKind.REPORT else {}
    values = {"title": title, "domain": domain, "kind": kind, **unit}
    if kind is SuggestionKind.REPORT or chance.random() < 0.2:
        return city.send(**values)
    what = chance.choice(["accepted", "withdrawn", "rated", "returned", "moved", "excluded"])
    if what == "accepted":
        return city.accepted(**values)
    if what == "withdrawn":
        case = city.send(**values)
        return city.act(reception.withdraw, case, "citizen")
    if what == "rated":
        return city.rated((chance.randint(1, 5), chance.randint(1, 5), 5), **values)
    if what == "returned":
        case = city.drafted(**values)
        reply = replying.current(city.session, case)
        return city.act(replying.send_back, case, "leader", reply=reply, code=ReturnReason.NO_DATE)
    case = city.assigned(**values)
    if what == "moved":
        return city.act(assigning.reassign, case, "assigner", unit=city.roads, words="归道路处")
    case.excluded_at = city.clock()
    return case


@pytest.mark.parametrize("seed", range(4))
def test_the_sums_are_what_the_rows_say_after_any_acts(city, seed):
    chance = random.Random(seed)
    for _step in range(14):
        live(city, chance)
        city.clock.advance(days=chance.choice([0, 1, 9, 20]))
        passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
        if chance.random() < 0.4:
            tallying.work_off(city.session, zone=CALENDAR.zone)
    city.accepted(title="最后一件")
    city.session.flush()
    put_right = everything(city)
    assert city.session.scalar(select(func.count()).select_from(CaseChange)) > 0
    count_all(city.session)
    assert everything(city) == put_right
    assert tallying.differences(city.session, zone=CALENDAR.zone) == []
    kept = sums(city.session)
    tallying.rebuild(city.session, zone=CALENDAR.zone)
    assert sums(city.session) == kept
    assert everything(city) == put_right


def sums(session):
    """The rows that hold something, as they are kept."""
    rows = [tuple(row) for row in session.execute(select(CaseTally.__table__)) if row.received]
    days = [tuple(row) for row in session.execute(select(CaseDays.__table__)) if row.amount]
    return sorted(rows), sorted(days)


def test_what_is_counted_twice_counts_once(city):
    city.accepted()
    count_all(city.session)
    city.session.add(CaseChange(case_id=city.session.scalar(select(Case.id).limit(1))))
    before = everything(city)
    count_all(city.session)
    assert everything(city) == before
    assert tallying.differences(city.session, zone=CALENDAR.zone) == []


def test_a_step_that_was_killed_is_done_again(session, city):
    city.accepted()
    session.commit()
    tallying.work_off(session, zone=CALENDAR.zone)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CaseCount)) == 0
    count_all(session)
    assert tallying.differences(session, zone=CALENDAR.zone) == []
    assert session.scalar(select(func.count()).select_from(CaseCount)) == 2


def test_a_case_that_becomes_confidential_leaves_every_number(city):
    case = city.accepted()
    count_all(city.session)
    case.confidential = True
    city.session.flush()
    scope = Scope(topic_id=city.mailbox.topic_id)
    assert numbers.total(city.session, scope, now=city.clock()).received == 1
    count_all(city.session)
    assert numbers.total(city.session, scope, now=city.clock()).received == 1
    assert city.session.get(CaseCount, case.id) is None


def test_time_alone_makes_a_case_overdue(city):
    city.accepted()
    count_all(city.session)
    assert numbers.total(city.session, Scope(), now=city.clock()).overdue == 0
    later = city.clock() + timedelta(days=60)
    assert numbers.total(city.session, Scope(), now=later).overdue == 1


def test_a_changed_mark_is_counted_as_it_stands(city):
    city.rated((5, 5, 5))
    city.clock.advance(days=30)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    count_all(city.session)
    city.session.execute(update(Rating).values(solved=1))
    assert numbers.total(city.session, Scope(), now=city.clock()).solved == 0


def test_only_the_newest_changes_wait_when_far_too_many_do(city, monkeypatch):
    for number in range(3):
        city.accepted(title=f"第{number}件")
    monkeypatch.setattr(tallying, "TOO_MANY", 2)
    assert tallying.work_off(city.session, zone=CALENDAR.zone) == 4
    assert tallying.work_off(city.session, zone=CALENDAR.zone) == 0
    assert tallying.differences(city.session, zone=CALENDAR.zone) == []


@pytest.mark.parametrize(
    "damage",
    [
        update(CaseTally).values(accepted=7),
        update(CaseTally).where(CaseTally.dimension == "received").values(received=7),
        delete(CaseTally).where(CaseTally.dimension == "replied"),
        update(CaseDays).where(CaseDays.dimension == "replied").values(days=7),
        update(CaseCount).values(replied_on="2026-06-14"),
        delete(CaseDays),
        update(CaseCount).values(transfers=3),
        delete(CaseCount),
    ],
    ids=[
        "a sum",
        "a day of arrivals",
        "all days of replies",
        "how long replies of a day took",
        "the day of a case",
        "days",
        "a case",
        "all cases",
    ],
)
def test_a_wrong_number_is_found_and_made_again(city, damage):
    city.replied()
    count_all(city.session)
    city.session.execute(damage)
    assert tallying.differences(city.session, zone=CALENDAR.zone)
    tallying.rebuild(city.session, zone=CALENDAR.zone)
    assert tallying.differences(city.session, zone=CALENDAR.zone) == []


def test_what_a_release_before_counted_without_days_is_counted_anew(city):
    city.replied()
    count_all(city.session)
    kept = sums(city.session)
    city.session.execute(update(CaseCount).values(received_on=None, replied_on=None))
    city.session.execute(delete(CaseTally).where(CaseTally.dimension == "replied"))
    assert tallying.differences(city.session, zone=CALENDAR.zone)

    count_all(city.session)

    assert sums(city.session) == kept
    assert tallying.differences(city.session, zone=CALENDAR.zone) == []


def test_only_whole_mailboxes_are_summed_up_by_days(city):
    city.replied()
    count_all(city.session)
    found = city.session.execute(
        select(CaseTally.dimension, CaseTally.key, CaseTally.topic_id, CaseTally.unit_id)
        .where(CaseTally.dimension.in_(tallying.DAILY))
        .where(CaseTally.topic_id == city.mailbox.topic_id)
    ).all()
    assert {tuple(row) for row in found} == {
        (name, "2026-06-15", city.mailbox.topic_id, 0) for name in ("received", "replied")
    }
