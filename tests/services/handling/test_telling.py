"""Who is told of a step, of what, and once."""

import pytest
from sqlalchemy import select, update

from consult.services.answering import notices
from consult.services.handling import (
    appeals,
    assigning,
    joining,
    judging_replies,
    more_time,
    notes,
    reception,
    replying,
    telling,
)
from consult.services.handling.judging_replies import Stars
from consult.services.handling.reception import Refused
from models.case import Case, CaseStep
from models.casework import CaseNote, NoteKind
from models.notice import Notice, NoticeKind
from models.person import Appointment, PersonKind, Role
from models.reply import ReturnReason
from models.suggestion import SuggestionKind
from tests.queries import counted_queries

K = NoticeKind
TELLING = (telling.tell_arrivals, telling.tell_steps, telling.tell_notes)


@pytest.fixture
def tell(city):
    """Let the job come by, until nothing is left."""

    def act():
        done = 0
        while count := sum(one(city.session, now=city.clock()) for one in TELLING):
            done += count
        city.session.flush()
        return done

    return act


@pytest.fixture
def told(city, tell):
    """What somebody is told, in order, after the job came by."""

    def act(who, case=None):
        tell()
        person = getattr(city.people, who) if isinstance(who, str) else who
        query = select(Notice.kind).filter_by(person_id=person.id).order_by(Notice.id)
        if case is not None:
            query = query.filter_by(case_id=case.id)
        return list(city.session.scalars(query))

    return act


def test_the_author_is_told_of_every_step_that_concerns_them(city, told):
    case = city.rated((2, 2, 3))
    city.clock.advance(days=40)
    judging_replies.end_window(city.session, case=case, times=city.times(case), now=city.clock())
    city.act(judging_replies.reopen, case, "assigner", words="再看一次")
    assert told("citizen", case) == [
        K.CASE_RECEIVED,
        K.CASE_ACCEPTED,
        K.CASE_ASSIGNED,
        K.CASE_REPLIED,
        K.CASE_REOPENED,
    ]


def test_staff_are_told_of_what_waits_for_them_and_not_of_what_they_did(city, told):
    case = city.drafted()
    reply = replying.current(city.session, case)
    city.act(
        replying.send_back, case, "leader", reply=reply, code=ReturnReason.NO_DATE, note="补时限"
    )
    assert told("handler", case) == [K.CASE_GIVEN, K.DRAFT_RETURNED]
    assert told("leader", case) == [K.CASE_GIVEN, K.DRAFT_WAITS]
    assert told("assigner", case) == []
    assert told("other_handler", case) == []


def test_an_objection_is_told_to_who_rules_and_the_ruling_to_who_objected(city, told):
    case = city.assigned()
    city.act(assigning.object_to, case, "handler", words="归道路处")
    assert told("second_assigner", case) == told("assigner", case) == [K.CASE_OBJECTED]
    city.act(assigning.reassign, case, "assigner", unit=city.roads, words="有理")
    assert told("handler", case) == [K.CASE_GIVEN, K.CASE_MOVED]
    assert told("other_leader", case) == [K.CASE_GIVEN]
    assert told("citizen", case)[-1] is K.CASE_ASSIGNED


def test_a_reply_that_passed_waits_for_the_assigner(city, told):
    case = city.drafted()
    city.act(replying.let_pass, case, "leader", reply=replying.current(city.session, case))
    assert told("assigner", case) == [K.DRAFT_WAITS]


def test_more_time_is_told_to_everybody_who_waits_for_the_answer(city, told):
    lead = city.accepted()
    other = city.accepted(title="路灯也不亮", author=city.people.stranger)
    joining.join(
        city.session,
        lead=lead,
        others=[other],
        times=city.times(lead),
        actor=city.people.assigner,
        now=city.clock(),
    )
    city.act(assigning.assign, lead, "assigner", unit=city.lamps)
    city.act(assigning.take_up, lead, "handler")
    city.act(replying.extend, lead, "leader", words="等配件")
    assert told("citizen", lead)[-1] is K.CASE_EXTENDED
    assert told("stranger", other) == [K.CASE_RECEIVED, K.CASE_ACCEPTED, K.CASE_JOINED]
    assert told("stranger", lead) == [K.CASE_EXTENDED]


def test_who_decides_on_more_time_is_told_and_who_asked_of_the_answer(city, told):
    case = city.in_progress()
    request = more_time.ask(
        city.session,
        case=case,
        version=case.version,
        words="等配件",
        actor=city.people.handler,
        now=city.clock(),
    )
    city.session.flush()
    assert K.CASE_TIME_ASKED in told("leader", case)
    assert told("assigner", case) == [K.CASE_TIME_ASKED]
    more_time.decline(
        city.session,
        case=case,
        request=request,
        version=request.version,
        words="来得及",
        actor=city.people.leader,
        now=city.clock(),
    )
    assert told("handler", case)[-1] is K.CASE_TIME_DECLINED


def test_each_is_told_once_however_often_the_job_runs(city, told, tell):
    city.replied()
    tell()
    before = city.session.scalars(select(Notice.id)).all()
    city.session.execute(update(CaseStep).values(told_at=None))
    city.session.execute(update(Case).values(told_at=None))
    assert tell() > 5
    assert city.session.scalars(select(Notice.id)).all() == before


def test_telling_changes_no_case_that_somebody_edits(city, tell):
    case = city.assigned()
    version = case.version
    tell()
    city.session.expire_all()
    assert case.version == version


def test_whoever_follows_a_message_is_told_of_its_answer(city, make, told, tell):
    follower, imported = make.person(), make.person(kind=PersonKind.IMPORTED)
    case = city.drafted(publish_text=True)
    for person in (follower, imported):
        make.support(case.suggestion, person)
    city.publish(case)
    assert told(follower) == [K.CASE_FOLLOWED]
    assert told(imported) == []
    assert tell() == 0


def test_nobody_follows_what_the_public_does_not_read(city, make, told):
    follower = make.person()
    case = city.drafted(publish_text=False)
    make.support(case.suggestion, follower)
    city.publish(case)
    assert told(follower) == []


def test_a_report_is_told_to_its_own_unit_and_to_nobody_of_the_unit_it_names(city, make, told):
    both = make.staff(Role.ASSIGNER, city.mailbox.report_unit)
    both.appointments.append(Appointment(role=Role.HANDLER, agency=city.lamps))
    case = city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    city.act(reception.accept, case, "inspector")
    assert told("inspector", case) == [K.REPORT_RECEIVED]
    assert told("citizen", case) == [K.CASE_RECEIVED, K.CASE_ACCEPTED]
    for who in (both, "handler", "leader", "assigner", "supervisor"):
        assert told(who, case) == []


def test_who_is_appointed_to_the_named_unit_later_no_longer_sees_the_notice(city, told):
    city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    inspector = city.people.inspector
    told("inspector")
    assert notices.unread(city.session, person=inspector) == 1
    assert notices.mine(city.session, person=inspector, page=1).total == 1
    inspector.appointments.append(Appointment(role=Role.HANDLER, agency=city.lamps))
    city.session.flush()
    assert notices.unread(city.session, person=inspector) == 0
    assert notices.mine(city.session, person=inspector, page=1).total == 0


def test_what_staff_write_themselves_is_told_to_them_as_authors_only(city, told):
    case = city.accepted(author=city.people.handler)
    city.act(assigning.assign, case, "assigner", unit=city.lamps)
    assert told("handler", case) == [K.CASE_RECEIVED, K.CASE_ACCEPTED, K.CASE_ASSIGNED]
    assert told("leader", case) == [K.CASE_GIVEN]


def test_where_a_post_is_vacant_the_unit_above_is_told(city, make, told):
    empty = make.agency("空缺处", city.lamps.parent)
    above = make.staff(Role.UNIT_LEADER, city.lamps.parent)
    case = city.accepted()
    city.act(assigning.assign, case, "assigner", unit=empty)
    assert told(above, case) == [K.CASE_GIVEN]


def test_a_refusal_a_contest_and_a_supplement_are_told(city, told):
    case = city.send()
    city.act(
        reception.refuse, case, "assigner", reason=Refused.COURT, channel="区法院", words="在诉讼中"
    )
    city.act(reception.contest, case, "citizen", words="已撤诉")
    assert told("citizen", case) == [K.CASE_RECEIVED, K.CASE_NOT_ACCEPTED]
    assert told("second_assigner", case) == [K.CASE_CONTESTED]
    other = city.send("缺地址")
    city.act(reception.return_for_more, other, "assigner", words="请写明地址")
    city.act(reception.supplement, other, "citizen", words="东门外")
    assert told("citizen", other) == [K.CASE_RECEIVED, K.CASE_RETURNED_FOR_MORE]
    assert told("assigner", other) == [K.CASE_SUPPLEMENTED]


def urge(city, case, who="supervisor", kind=NoteKind.SUPERVISION, text="请三日内到现场"):
    actor = getattr(city.people, who)
    notes.write(city.session, case=case, text=text, kind=kind, actor=actor, now=city.clock())
    city.session.flush()


def test_what_a_supervisor_asks_is_told_to_the_handler_and_the_units_leader_once(city, told, tell):
    case = city.in_progress()
    second = {who: told(who, case) for who in ("handler", "leader", "citizen", "other_leader")}
    urge(city, case)
    assert told("handler", case) == [*second["handler"], K.CASE_URGED]
    assert told("leader", case) == [*second["leader"], K.CASE_URGED]
    assert told("citizen", case) == second["citizen"], "the author never reads it"
    assert told("other_leader", case) == second["other_leader"]
    assert told("supervisor", case) == []

    city.session.execute(update(CaseNote).values(told_at=None))
    assert tell() == 1
    assert told("handler", case).count(K.CASE_URGED) == 1, "killed before it was marked"
    urge(city, case, text="再催一次")
    assert told("handler", case).count(K.CASE_URGED) == 2


def test_an_ordinary_note_is_told_to_nobody_and_waits_for_nobody(city, told, tell):
    case = city.in_progress()
    tell()
    urge(city, case, "handler", NoteKind.NOTE, "已联系物业")
    assert telling.untold(city.session, most=10) == (0, None)
    assert tell() == 0
    urge(city, case, "assigner")
    assert telling.untold(city.session, most=10) == (1, city.clock())


def test_before_a_unit_has_it_the_supervisor_asks_those_who_assign(city, told):
    case = city.accepted()
    urge(city, case, "second_assigner")
    assert told("assigner", case) == [K.CASE_URGED]
    assert told("second_assigner", case) == []
    assert told("handler", case) == []


def test_where_nobody_has_it_in_hand_yet_all_handlers_of_the_unit_are_asked(city, told):
    case = city.assigned()
    urge(city, case)
    assert told("handler", case) == told("leader", case) == [K.CASE_GIVEN, K.CASE_URGED]


def test_a_request_about_a_report_is_told_to_nobody_of_the_unit_it_names(city, told):
    case = city.send("举报灯管处", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    urge(city, case, "inspector")
    for who in ("handler", "leader", "assigner", "supervisor"):
        assert told(who, case) == []


def test_appeals_go_to_the_unit_above_and_their_answer_to_the_author(city, told):
    case = city.rated((5, 5, 5))
    city.clock.advance(days=40)
    judging_replies.end_window(city.session, case=case, times=city.times(case), now=city.clock())
    city.act(appeals.ask, case, "citizen", words="没有修好")
    assert told("assigner", case)[-1] is K.CASE_APPEALED
    city.act(appeals.answer, case, "assigner", granted=False, words="已核实")
    assert told("citizen", case)[-2:] == [K.CASE_CLOSED, K.CASE_APPEAL_ANSWERED]


def test_a_rating_is_not_told_to_staff_while_its_window_is_open(city, told):
    case = city.replied()
    before = {who: told(who) for who in ("handler", "leader", "assigner", "supervisor")}
    city.act(judging_replies.rate, case, "citizen", stars=Stars(1, 1, 1))
    assert {who: told(who) for who in before} == before


def test_a_batch_reads_no_more_for_more_messages(city, session):
    """What grows is writing; all that is read of a case comes with the batch."""
    reads = []
    for count in (3, 12):
        for n in range(count):
            city.send(f"第{count}街第{n}盏灯")
        session.flush()
        session.expire_all()
        with counted_queries(session) as queries:
            telling.tell_arrivals(session, now=city.clock())
        reads.append(
            [
                text
                for text in queries.statements
                if text.startswith("SELECT") and "FROM notice" not in text
            ]
        )
    assert len(reads[1]) <= len(reads[0])
