"""重点线索: who is named and why, made once per moment, and never a report among them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.jobs import supervision
from consult.services.handling import passing_time, replying
from consult.services.supervising import digests, plans
from consult.services.supervising.digest_reasons import KeyReason
from consult.services.supervising.plans import PlanForm
from models.mailbox import Urgency
from models.notice import Letter
from models.reply import ReturnReason
from models.suggestion import SuggestionKind
from models.supervision import Digest, DigestLine, Rhythm, SupervisionPlan
from tests.city import CALENDAR

ZONE = ZoneInfo("Asia/Shanghai")
DAILY = PlanForm(Rhythm.DAILY, 0, 8, mails=True, ranking_shown=True, ranking_least=10)


def government(city):
    return city.mailbox.topic.agency


def set_plan(city, form=DAILY, version=0, who="supervisor"):
    return plans.change(
        city.session,
        agency=government(city),
        form=form,
        version=version,
        zone=ZONE,
        actor=getattr(city.people, who),
        now=city.clock(),
    )


def make(city):
    city.clock.advance(minutes=2)
    return digests.make_now(
        city.session, agency=government(city), actor=city.people.supervisor, now=city.clock()
    )


def reasons(city, digest):
    lines = digests.lines(city.session, digest, reader=city.people.supervisor)
    return {line.case.suggestion.title: [code for code, _n in line.reasons] for line in lines}


def test_each_case_is_there_for_its_reasons(city):
    urgent = city.accepted(title="燃气泄漏")
    urgent.urgency = Urgency.DANGER
    city.rated((1, 2, 3), title="没解决")
    drafted = city.drafted(title="退了两次")
    for _time in range(2):
        reply = replying.current(city.session, drafted)
        city.act(replying.send_back, drafted, "leader", reply=reply, code=ReturnReason.PERFUNCTORY)
        city.act(
            replying.draft, drafted, "handler", text="再答一次", outcome=replying.Outcome.SOLVED
        )
    city.accepted(title="很平常")
    city.clock.advance(days=4)
    found = reasons(city, make(city))
    assert found["燃气泄漏"][0] == KeyReason.URGENT
    assert found["退了两次"] == [KeyReason.RETURNED]
    assert "没解决" not in found  # its window is open, nobody in office knows the marks
    assert "很平常" not in found

    city.clock.advance(days=40)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    later = reasons(city, make(city))
    assert later["没解决"] == [KeyReason.LOW_RATING]
    assert later["很平常"] == [KeyReason.OVERDUE]
    assert next(iter(later)) == "燃气泄漏"


def test_a_report_is_in_no_digest(city):
    case = city.send("举报某人", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    case.urgency = Urgency.DANGER
    city.clock.advance(days=90)
    digest = make(city)
    assert "举报某人" not in reasons(city, digest)
    assert not city.session.scalars(select(DigestLine).filter_by(case_id=case.id)).all()
    assert digest.figures["received"] == 0


def test_what_became_confidential_is_shown_no_more(city):
    case = city.accepted(title="后来保密")
    case.urgency = Urgency.DANGER
    digest = make(city)
    assert "后来保密" in reasons(city, digest)
    case.confidential = True
    city.session.flush()
    assert reasons(city, digest) == {}


def test_figures_of_the_time_since_the_last(city):
    make(city)
    city.clock.advance(days=1)
    city.replied()
    digest = make(city)
    assert (digest.number, digest.figures["received"], digest.figures["replied"]) == (2, 1, 1)


def test_only_who_supervises_or_assigns_there_reads_and_makes_them(city):
    digest = make(city)
    for who in ("assigner", "supervisor"):
        digests.by_id(city.session, digest.id, reader=getattr(city.people, who))
    for who in ("handler", "leader", "citizen", "inspector"):
        with pytest.raises(NotFound):
            digests.by_id(city.session, digest.id, reader=getattr(city.people, who))
    with pytest.raises(NotAllowed):
        digests.make_now(
            city.session, agency=government(city), actor=city.people.leader, now=city.clock()
        )


def test_two_clicks_make_one(city):
    make(city)
    with pytest.raises(Conflict):
        digests.make_now(
            city.session, agency=government(city), actor=city.people.supervisor, now=city.clock()
        )


def test_the_job_makes_what_is_due_once_and_writes_to_each_once(app, session, city):
    case = city.accepted(title="燃气泄漏")
    case.urgency = Urgency.DANGER
    city.people.second_assigner.mail_wanted = False
    plan = set_plan(city)
    assert plan.next_at == datetime(2026, 6, 16, 0, 0, tzinfo=UTC)  # eight o'clock in Beijing
    assert supervision.make_digests(session, city.clock()) == 0
    city.clock.advance(days=3)  # two moments were missed: one digest covers them
    assert supervision.make_digests(session, city.clock()) == 1
    assert supervision.make_digests(session, city.clock()) == 0
    assert session.scalars(select(Digest)).one().lines[0].case is case
    keys = {letter.key for letter in session.scalars(select(Letter))}
    digest = session.scalars(select(Digest)).one()
    wanted = (city.people.assigner, city.people.supervisor)
    assert {f"digest:{digest.id}:{one.id}" for one in wanted} <= keys
    assert not any(key.endswith(f":{city.people.second_assigner.id}") for key in keys)


def test_a_killed_job_makes_it_again_and_nothing_twice(app, session, city):
    set_plan(city)
    session.commit()
    city.clock.advance(days=1)
    supervision.make_digests(session, city.clock())
    session.rollback()
    assert session.scalars(select(Digest)).all() == []
    assert supervision.make_digests(session, city.clock()) == 1
    assert len(session.scalars(select(Digest)).all()) == 1


def test_the_letter_names_cases_without_their_words(app, session, city):
    case = city.accepted(title="张三家燃气泄漏", author=city.people.stranger)
    case.urgency = Urgency.DANGER
    digest = make(city)
    words = supervision.compose(digest, city.people.supervisor)
    assert case.no in words.body
    assert "张三" not in words.body + words.subject
    assert f"/office/digests/{digest.id}" in words.body


def test_nothing_is_made_without_a_plan(session, city):
    set_plan(city, PlanForm(Rhythm.NEVER, 0, 8, True, True, 10))
    city.clock.advance(days=400)
    assert supervision.make_digests(session, city.clock()) == 0


@pytest.mark.parametrize(
    ("rhythm", "day", "wanted"),
    [
        (Rhythm.DAILY, 0, datetime(2026, 6, 16, 0, tzinfo=UTC)),
        (Rhythm.WEEKLY, 0, datetime(2026, 6, 22, 0, tzinfo=UTC)),
        (Rhythm.WEEKLY, 4, datetime(2026, 6, 19, 0, tzinfo=UTC)),
        (Rhythm.MONTHLY, 1, datetime(2026, 7, 1, 0, tzinfo=UTC)),
        (Rhythm.MONTHLY, 28, datetime(2026, 6, 28, 0, tzinfo=UTC)),
    ],
)
def test_when_the_next_one_is_made(now, rhythm, day, wanted):
    plan = SupervisionPlan(rhythm=rhythm, day=day, hour=8)
    assert plans.next_moment(plan, now, ZONE) == wanted
    assert plans.next_moment(plan, wanted, ZONE) > wanted


@pytest.mark.parametrize(
    "form",
    [
        PlanForm(Rhythm.DAILY, 0, 24, True, True, 10),
        PlanForm(Rhythm.WEEKLY, 7, 8, True, True, 10),
        PlanForm(Rhythm.MONTHLY, 31, 8, True, True, 10),
        PlanForm(Rhythm.DAILY, 0, 8, True, True, 3),
    ],
)
def test_what_cannot_be_set(city, form):
    with pytest.raises(Invalid):
        set_plan(city, form)


def test_nobody_overwrites_what_another_set(city):
    set_plan(city)
    city.session.flush()
    with pytest.raises(StaleVersion):
        set_plan(city, version=0, who="assigner")
    with pytest.raises(NotAllowed):
        set_plan(city, version=1, who="leader")


def test_a_digest_names_thirty_at_most(city):
    for number in range(32):
        city.accepted(title=f"第{number}件").urgency = Urgency.DANGER
        city.clock.advance(seconds=1)
    assert len(reasons(city, make(city))) == digests.MOST


def test_the_time_of_the_first_digest_is_its_rhythm(city):
    set_plan(city, PlanForm(Rhythm.WEEKLY, 0, 8, True, True, 10))
    digest = make(city)
    assert digest.until - digest.since == timedelta(days=7)
