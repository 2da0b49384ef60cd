"""Alarms: when they open, rise, fall and end, who is told and how often, and what never counts."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from consult.services.handling import duty
from consult.services.supervising import surge_series, surge_watching
from models.duty import DutyPage
from models.mailbox import Domain
from models.notice import Notice, NoticeKind
from models.surge import Level, SurgeAbout, SurgeAlarm, SurgeCount, SurgeStep, SurgeWatch
from tests.queries import counted_queries
from tests.services.supervising.arrivals import arrive, ordinary_weeks

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def quiet(city, make, clock):
    """Four weeks with two messages a day, and somebody on duty."""
    ordinary_weeks(city, make, clock.now)
    city.mailbox.duty_officer = city.people.second_assigner
    return city


def turn(city, **later):
    """Let the job look, after some time."""
    city.clock.advance(**later)
    topic = city.mailbox.topic_id
    while surge_watching.watch(city.session, topic_id=topic, now=city.clock(), zone=ZONE):
        city.session.flush()
    return alarms(city)


def alarms(city, **values):
    query = select(SurgeAlarm).filter_by(**values).order_by(SurgeAlarm.id)
    return city.session.scalars(query).all()


def acts(alarm):
    return [step.act for step in alarm.steps]


def test_ordinary_days_ring_for_nobody(quiet):
    assert turn(quiet) == []
    assert quiet.session.get(SurgeWatch, quiet.mailbox.topic_id).looked_at == quiet.clock.now


def test_many_at_once_open_an_alarm_and_tell_the_duty_officer(quiet, make, clock):
    arrive(quiet, make, at=clock.now, count=25, minutes=1)
    [alarm] = [one for one in turn(quiet, minutes=40) if one.about is SurgeAbout.MAILBOX]

    assert alarm.level.rank >= Level.ORANGE.rank
    assert (alarm.count, acts(alarm)) == (26, ["opened", "told"])
    assert alarm.expected < 3
    notice = quiet.session.scalars(select(Notice).filter_by(kind=NoticeKind.DUTY_PAGED)).one()
    assert notice.person_id == quiet.people.second_assigner.id


def test_nothing_rings_twice_and_one_matter_rings_once(quiet, make, clock):
    region = make.region("329901", "江东区")
    arrive(
        quiet,
        make,
        at=clock.now,
        count=25,
        minutes=1,
        domain=Domain.TRANSPORT,
        region_code=region.code,
    )
    found = turn(quiet, minutes=40)
    assert {one.about for one in found} == {
        SurgeAbout.MAILBOX,
        SurgeAbout.DOMAIN,
        SurgeAbout.REGION,
    }
    heads = [one for one in found if one.part_of_id is None]
    assert [one.about for one in heads] == [SurgeAbout.REGION]

    turn(quiet, minutes=10)
    turn(quiet, minutes=10)

    assert quiet.session.scalar(select(func.count(DutyPage.id))) == 1
    assert quiet.session.scalar(select(func.count(SurgeStep.id))) == 4


def test_two_matters_at_once_ring_twice(quiet, make, clock):
    for code, name in (("329901", "江东区"), ("329902", "江西区")):
        region = make.region(code, name)
        arrive(quiet, make, at=clock.now, count=12, minutes=1, region_code=region.code)
    found = turn(quiet, minutes=40)

    heads = [one for one in found if one.part_of_id is None]
    assert sorted(one.key for one in heads) == ["329901", "329902"]
    assert quiet.session.scalar(select(func.count(DutyPage.id))) == 2


def test_it_rises_with_what_comes_and_tells_again(quiet, make, clock):
    arrive(quiet, make, at=clock.now, count=12, minutes=1)
    [alarm] = turn(quiet, minutes=20)
    assert alarm.level is Level.YELLOW
    arrive(quiet, make, at=clock.now, count=60, minutes=0.2)
    turn(quiet, minutes=20)

    assert acts(alarm) == ["opened", "told", "raised", "told"]
    assert alarm.level is alarm.peak is Level.RED
    waits = quiet.session.scalars(select(DutyPage).where(DutyPage.lifted_at.is_(None))).all()
    assert [page.level for page in waits] == ["red"]


def test_it_falls_and_ends_by_itself_after_some_hours_of_calm(quiet, make, clock):
    arrive(quiet, make, at=clock.now, count=25, minutes=1)
    [alarm] = turn(quiet, minutes=40)
    for _hour in range(24 * 5):
        turn(quiet, hours=1)

    assert alarm.ended_at is not None
    assert alarm.ended_by_id is None
    assert acts(alarm)[0] == "opened"
    assert acts(alarm)[-1] == "ended"
    assert "raised" not in acts(alarm)
    assert quiet.session.scalar(select(func.count(DutyPage.id)).filter_by(lifted_at=None)) == 0


def test_what_is_acknowledged_stays_acknowledged_when_it_ends(quiet, make, clock):
    arrive(quiet, make, at=clock.now, count=25, minutes=1)
    turn(quiet, minutes=40)
    page = quiet.session.scalars(select(DutyPage)).one()
    duty.acknowledge(
        quiet.session, number=page.id, actor=quiet.people.second_assigner, now=clock.now
    )
    for _hour in range(24 * 5):
        turn(quiet, hours=1)

    assert page.acknowledged_at is not None
    assert page.lifted_at is None


def test_a_few_more_are_shown_and_tell_nobody(quiet, make, clock):
    arrive(quiet, make, at=clock.now - timedelta(hours=5), count=9, minutes=25)
    [alarm] = turn(quiet)

    assert alarm.level is Level.BLUE
    assert quiet.session.scalar(select(func.count(DutyPage.id))) == 0


def test_many_copies_of_one_text_raise_the_level_of_its_group(quiet, make, clock):
    first, other = make.suggestion(quiet.mailbox.topic), make.suggestion(quiet.mailbox.topic)
    copied, spoken = make.cluster(first), make.cluster(other)
    arrive(quiet, make, at=clock.now, count=11, minutes=1, cluster=copied, digest="a" * 64)
    arrive(quiet, make, at=clock.now, count=11, minutes=1, cluster=spoken)
    found = {one.key: one for one in turn(quiet, minutes=30) if one.about is SurgeAbout.GROUP}

    one, same = found[str(copied.id)], found[str(spoken.id)]
    assert one.raised_by == ["alike"]
    assert (same.raised_by, same.alike) == ([], 0)
    assert one.level.rank == same.level.rank + 1


def test_words_of_anger_raise_the_level(quiet, make, clock):
    angry = {"facts": "小区停车收费翻倍，业主忍无可忍，强烈要求公开账目。"}
    arrive(quiet, make, at=clock.now, count=11, minutes=1, **angry)
    [alarm] = turn(quiet, minutes=30)

    assert "negative" in alarm.raised_by
    assert alarm.negative > 0.9


def test_reports_are_counted_nowhere(quiet, make, clock):
    unit = quiet.lamps
    arrive(
        quiet,
        make,
        at=clock.now,
        count=40,
        minutes=1,
        confidential=True,
        named_unit=unit,
        unit=unit,
    )

    assert turn(quiet, minutes=50) == []
    stored = quiet.session.scalars(
        select(SurgeCount.count).where(SurgeCount.hour >= clock.now - timedelta(hours=1))
    )
    assert sum(stored) <= 1


def test_a_mailbox_that_is_new_has_no_baseline_and_rings_for_nobody(city, make, clock):
    city.mailbox.topic.opens_at = clock.now - timedelta(days=5)
    arrive(city, make, at=clock.now, count=40, minutes=1)

    assert turn(city, minutes=50) == []


def test_a_unit_is_counted_when_it_gets_the_messages_later(quiet, make, clock):
    cases = arrive(quiet, make, at=clock.now, count=12, minutes=1)
    turn(quiet, minutes=20)
    for case in cases:
        case.unit = quiet.lamps
    found = turn(quiet, hours=3)

    assert str(quiet.lamps.id) in {one.key for one in found if one.about is SurgeAbout.UNIT}


def test_counting_twice_changes_nothing_and_what_left_a_unit_leaves_its_hours(quiet, make, clock):
    [case] = arrive(quiet, make, at=clock.now, unit=quiet.lamps)
    wanted = (SurgeAbout.UNIT, str(quiet.lamps.id))

    def counted():
        city = quiet
        surge_series.count(city.session, city.mailbox, now=clock.now)
        end = surge_series.hour_end(clock.now)
        return surge_series.read(
            city.session, city.mailbox, {wanted}, begin=end - timedelta(days=2), end=end
        )[wanted].sum()

    clock.advance(minutes=1)
    while surge_series.count(quiet.session, quiet.mailbox, now=clock.now) is None:
        pass
    assert (counted(), counted()) == (1, 1)
    case.unit = quiet.roads
    assert counted() == 0


def test_districts_count_for_the_city_above_them_and_not_for_the_mailbox_s_own_region(
    quiet, make, clock
):
    province = make.region("320000", "江省")
    town = make.region("329900", "澄江市", parent=province)
    quiet.mailbox.topic.region_code = province.code
    district = make.region("329903", "江北区", parent=town)
    arrive(quiet, make, at=clock.now, region_code=district.code)
    begin = clock.now - timedelta(hours=1)
    found = surge_series.arrivals(
        quiet.session, quiet.mailbox, begin, clock.now + timedelta(hours=1)
    )

    regions = {key for one in found for about, key in one.series if about is SurgeAbout.REGION}
    assert regions == {"329903", "329900"}


def test_what_a_look_costs_does_not_grow_with_what_came(quiet, make, clock):
    arrive(quiet, make, at=clock.now, count=6, minutes=1, domain=Domain.TRANSPORT)
    turn(quiet, minutes=20)
    with counted_queries(quiet.session) as few:
        turn(quiet, minutes=6)
    for domain in (Domain.RURAL, Domain.HEALTH, Domain.FINANCE):
        arrive(quiet, make, at=clock.now, count=4, minutes=1, domain=domain)
    turn(quiet, minutes=10)
    with counted_queries(quiet.session) as more:
        turn(quiet, minutes=6)

    assert more.count <= few.count + 3  # figures of alarms that stand
