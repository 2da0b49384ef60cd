"""The pages of surges: what is seen, by whom, and what people do about an alarm."""

from datetime import timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from consult.services.supervising import surge_watching
from models.case import Case, CaseState
from models.duty import DutyPage
from models.person import Role
from models.surge import SurgeAbout, SurgeAlarm
from tests.queries import counted_queries
from tests.services.supervising.arrivals import arrive, ordinary_weeks

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def alarm(city, make, clock):
    """Forty minutes in which 25 people wrote about one thing."""
    ordinary_weeks(city, make, clock.now)
    city.mailbox.duty_officer = city.people.second_assigner
    one = make.suggestion(city.mailbox.topic, title="渣土车夜里不停")
    group = make.cluster(one, name="渣土车夜间扰民")
    arrive(city, make, at=clock.now, count=25, minutes=1, cluster=group, title="渣土车夜里不停")
    clock.advance(minutes=40)
    topic = city.mailbox.topic_id
    while surge_watching.watch(city.session, topic_id=topic, now=clock.now, zone=ZONE):
        city.session.flush()
    city.session.commit()
    return city.session.scalars(select(SurgeAlarm).filter_by(part_of_id=None)).one()


def address(alarm, more=""):
    return f"/office/surges/{alarm.id}{more}"


def test_who_supervises_sees_what_stands_and_what_carries_it(pages, city, alarm):
    pages.sign_in(city.people.supervisor).speak("zh_Hans_CN")

    assert "渣土车夜间扰民" in pages.get("/office/surges")
    page = pages.get(address(alarm))
    assert alarm.about is SurgeAbout.GROUP
    assert "渣土车夜里不停" in page
    assert f"/office/groups/{alarm.key}/join" in page


@pytest.mark.parametrize("who", ["handler", "other_leader", "inspector"])
def test_who_has_nothing_to_do_with_the_mailbox_sees_none(pages, city, alarm, who):
    pages.sign_in(getattr(city.people, who))

    assert "渣土车" not in pages.get("/office/surges")
    pages.get(address(alarm), status=HTTPStatus.NOT_FOUND)
    pages.post(address(alarm, "/end"), status=HTTPStatus.NOT_FOUND)
    pages.get(address(alarm, "/joint"), status=HTTPStatus.NOT_FOUND)


def test_a_citizen_is_turned_away(pages, city, alarm):
    pages.sign_in(city.people.citizen).get("/office/surges", status=HTTPStatus.FORBIDDEN)


def test_the_duty_officer_takes_it_in_hand(pages, city, alarm, session):
    pages.sign_in(city.people.second_assigner).post(address(alarm, "/acknowledge"), note="已派人")

    page = session.scalars(select(DutyPage)).one()
    assert page.acknowledged_by_id == city.people.second_assigner.id
    again = pages.post(address(alarm, "/acknowledge"), status=HTTPStatus.CONFLICT)
    assert "已派人" in again


def test_a_statement_stands_on_top_of_the_mailbox(pages, city, alarm, session):
    pages.sign_in(city.people.assigner)
    pages.post(
        address(alarm, "/statement"), words="我们正在核实。", version=str(city.mailbox.version)
    )

    session.refresh(city.mailbox)
    assert city.mailbox.statement == "我们正在核实。"


def test_a_statement_over_somebody_elses_change_is_refused_and_kept(pages, city, alarm):
    pages.sign_in(city.people.assigner)
    stale = str(city.mailbox.version)
    city.mailbox.guidance = "别人改过"
    city.session.commit()
    page = pages.post(
        address(alarm, "/statement"),
        status=HTTPStatus.CONFLICT,
        words="不要丢掉这句话",
        version=stale,
    )

    assert "不要丢掉这句话" in page


def test_an_empty_statement_is_refused(pages, city, alarm):
    pages.sign_in(city.people.assigner)
    version = str(city.mailbox.version)
    pages.post(
        address(alarm, "/statement"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        words="  ",
        version=version,
    )


def test_it_is_ended_with_a_verdict_and_stays_silent(pages, city, alarm, session, clock):
    pages.sign_in(city.people.supervisor).speak("en")
    version = str(alarm.version)
    page = pages.post(
        address(alarm, "/end"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        verdict="explained",
        version=version,
    )
    assert "Please give a reason." in page
    pages.post(
        address(alarm, "/end"), verdict="explained", reason="通知后集中咨询", version=version
    )

    session.refresh(alarm)
    assert (alarm.verdict.value, alarm.ended_by_id) == ("explained", city.people.supervisor.id)
    clock.advance(minutes=10)
    surge_watching.watch(session, topic_id=alarm.topic_id, now=clock.now, zone=ZONE)
    same = select(SurgeAlarm).filter_by(about=alarm.about, key=alarm.key)
    assert len(session.scalars(same).all()) == 1


def test_ending_without_a_verdict_or_twice_is_refused(pages, city, alarm):
    pages.sign_in(city.people.supervisor)
    version = str(alarm.version)
    form = {"reason": "理由", "version": version}
    page = pages.post(address(alarm, "/end"), status=HTTPStatus.UNPROCESSABLE_ENTITY, **form)
    assert "理由" in page
    pages.post(address(alarm, "/end"), verdict="false", **form)
    pages.post(address(alarm, "/end"), status=HTTPStatus.CONFLICT, verdict="false", **form)


def test_ending_what_rose_meanwhile_is_refused(pages, city, alarm):
    pages.sign_in(city.people.supervisor)
    pages.post(
        address(alarm, "/end"),
        status=HTTPStatus.CONFLICT,
        verdict="false",
        reason="理由",
        version=str(alarm.version + 1),
    )


def test_an_auditor_reads_and_changes_nothing(pages, city, alarm, make):
    auditor = make.staff(Role.AUDITOR, city.mailbox.topic.agency)
    pages.sign_in(auditor).get(address(alarm))
    form = {"verdict": "false", "reason": "理由", "version": str(alarm.version)}
    pages.post(address(alarm, "/end"), status=HTTPStatus.FORBIDDEN, **form)
    pages.post(address(alarm, "/acknowledge"), status=HTTPStatus.FORBIDDEN)
    pages.get(address(alarm, "/joint"), status=HTTPStatus.FORBIDDEN)


def test_a_joint_case_answers_the_messages_behind_it(pages, city, alarm, session):
    pages.sign_in(city.people.assigner)
    behind = session.scalars(
        select(Case).filter_by(topic_id=alarm.topic_id).order_by(Case.id)
    ).all()
    chosen = [case for case in behind if case.created_at >= alarm.created_at - timedelta(hours=1)]
    chosen = [case for case in chosen if case.suggestion.title.startswith("渣土车")]
    page = pages.get(address(alarm, "/joint"))
    assert page.count("checked") == len(chosen) + 1  # and the one that stands for all

    pages.post(
        address(alarm, "/joint"),
        id=[f"{case.id}.{case.version}" for case in chosen],
        lead=str(chosen[0].id),
        unit=str(city.roads.id),
        co_units=[str(city.lamps.id)],
        words="请联合处置",
    )

    session.expire_all()
    assert alarm.joint_case_id == chosen[0].id
    assert chosen[0].state is CaseState.ASSIGNED
    assert {one.unit_id for one in chosen[0].assignments} == {city.roads.id, city.lamps.id}
    assert {case.state for case in chosen[1:]} == {CaseState.MERGED}


def test_the_list_costs_the_same_whatever_stands(pages, city, alarm, session, make, clock):
    pages.sign_in(city.people.supervisor).get("/office/surges")
    with counted_queries(session) as few:
        pages.get("/office/surges")
    for n in range(8):
        make._add(
            SurgeAlarm(
                topic_id=alarm.topic_id,
                about=SurgeAbout.UNIT,
                key=str(make.agency().id),
                level="blue",
                peak="blue",
                hours=6,
                count=9,
                expected=1.5,
                chance=1e-4,
                seen_at=clock.now,
                created_at=clock.now - timedelta(hours=n),
            )
        )
    with counted_queries(session) as more:
        pages.get("/office/surges")

    assert more.count <= few.count + 1
