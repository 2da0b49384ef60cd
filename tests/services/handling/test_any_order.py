"""Random acts by random people, with time passing: what must hold whatever they do."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from consult.exceptions import Refusal
from consult.services.caseload.sight import visible
from consult.services.handling import (
    appeals,
    assigning,
    clocks,
    joining,
    judging_replies,
    messages,
    more_time,
    notes,
    passing_time,
    reception,
    replying,
    sight,
    triage,
    visits,
)
from consult.services.handling.judging_replies import Stars
from consult.services.handling.messages import Message
from consult.services.handling.moves import CaseAct, Party, acts_of
from consult.services.handling.parties import may_see, parties
from consult.services.handling.replying import Outcome
from consult.services.handling.visits import Visitor, VisitResult
from consult.services.handling.working_days import Calendar
from consult.services.records import ledger
from consult.services.supervising import exclusions, tallying
from models.case import Case, CaseState, CaseStep, ClockKind
from models.casework import NoteKind
from models.cluster import Membership
from models.ledger import LedgerEntry
from models.mailbox import Urgency
from models.person import Role
from models.reply import Rating, Reply, ReplyStage, ReturnReason
from models.suggestion import SuggestionKind
from models.supervision import CaseCount, ExclusionReason

CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"))
STARS = st.builds(Stars, st.integers(0, 5), st.integers(1, 5), st.integers(1, 6))
WORDS = st.sampled_from(["理由如下", "请看附件", ""])
WHICH = st.integers(0, 2)
REASONS = st.sampled_from(reception.Refused)
#: Acts that lead away from an answer; seldom taken, or little would be seen of the rest.
SELDOM = {
    CaseAct.WITHDRAW,
    CaseAct.TRANSFER_OUT,
    CaseAct.REFUSE,
    CaseAct.RETURN_FOR_MORE,
    CaseAct.RETURN_REPLY,
    CaseAct.REASSIGN,
    CaseAct.MERGE,
}
#: What is called so in the ledger is a step of the timeline.
ACTS = {f"case.{act}" for act in CaseAct}
#: States in which a unit outside the mailbox's own has, or had, the case.
ANSWERED = {CaseState.REPLIED, CaseState.RATED}


class Board(RuleBasedStateMachine):
    """Two messages and a report, eight people, all that can be done."""

    def __init__(self, session, make, clock):
        super().__init__()
        self.session, self.clock, self.start = session, clock, clock()
        self.rollback = session.begin_nested()
        self._people(make)
        self.cases = [
            self._send(self.citizen, "请修路灯"),
            self._send(self.other, "路灯不亮"),
            self._send(self.citizen, "反映收费问题", kind=SuggestionKind.REPORT),
        ]
        self.started = {}

    def _people(self, make):
        city = make.agency("市政府")
        self.lamps, self.roads = make.agency("灯管处", city), make.agency("道路处", city)
        inspection = make.agency("纪检组")
        self.mailbox = make.mailbox(agency=city, report_unit=inspection)
        self.citizen, self.other = make.person(), make.person()
        self.named = [make.staff(role, self.lamps) for role in (Role.HANDLER, Role.UNIT_LEADER)]
        self.people = [
            self.citizen,
            self.other,
            make.staff(Role.ASSIGNER, city),
            make.staff(Role.ASSIGNER, city),
            make.staff(Role.ASSIGNER, inspection),
            make.staff(Role.SUPERVISOR, city),
            make.staff(Role.HANDLER, self.roads),
            make.staff(Role.UNIT_LEADER, self.roads),
            *self.named,
        ]

    def _send(self, author, title, *, kind=SuggestionKind.HELP):
        return messages.send(
            self.session,
            mailbox=self.mailbox,
            author=author,
            message=Message(
                title=title, facts=f"{title}，已经很久了。", kind=kind, named_unit=self.lamps
            ),
            vault=None,
            calendar=CALENDAR,
            now=self.clock(),
        )

    def _do(self, service, case, actor, **arguments):
        """Try an act; a refusal changes nothing that is kept."""
        times = clocks.times(self.session, case, CALENDAR)
        try:
            with self.session.begin_nested():
                service(
                    self.session,
                    case=case,
                    times=times,
                    actor=actor,
                    now=self.clock(),
                    **arguments,
                )
        except Refusal:
            pass
        finally:
            self.session.expire_all()

    def _attempt(self, draw, act, case, person):
        """Try ``act`` on a case, with arguments that may be bad."""
        words = draw(WORDS)
        version = self.cases[case].version
        unit = draw(st.sampled_from([self.lamps, self.roads]))
        said = {"words": words}
        again = {"version": version, **said}
        services = {
            CaseAct.BEGIN_REVIEW: (reception.begin, {}),
            CaseAct.ACCEPT: (reception.accept, {"version": version}),
            CaseAct.REFUSE: (
                reception.refuse,
                {"version": version, "reason": draw(REASONS), "channel": words},
            ),
            CaseAct.RETURN_FOR_MORE: (reception.return_for_more, again),
            CaseAct.SUPPLEMENT: (reception.supplement, said),
            CaseAct.RECONSIDER: (reception.reconsider, said),
            CaseAct.CONTEST: (reception.contest, said),
            CaseAct.TRANSFER_OUT: (
                reception.transfer_out,
                {"version": version, "receiver": words},
            ),
            CaseAct.MERGE: (self._join, {"lead": self.cases[draw(WHICH)]}),
            CaseAct.UNMERGE: (joining.part, {}),
            CaseAct.WITHDRAW: (reception.withdraw, {}),
            CaseAct.ASSIGN: (
                assigning.assign,
                {"version": version, "unit": unit, "co_units": [self.roads]},
            ),
            CaseAct.OBJECT: (assigning.object_to, again),
            CaseAct.REASSIGN: (
                assigning.reassign,
                {"unit": unit, "ruling": draw(st.booleans()), **again},
            ),
            CaseAct.UPHOLD: (assigning.uphold, again),
            CaseAct.TAKE_UP: (assigning.take_up, {"version": version}),
            CaseAct.EXTEND: (replying.extend, again),
            CaseAct.DRAFT: (
                replying.draft,
                {"version": version, "text": words, "outcome": Outcome.SOLVED},
            ),
            CaseAct.PASS: self._of_reply(replying.let_pass, case),
            CaseAct.RETURN_REPLY: self._of_reply(
                replying.send_back, case, code=ReturnReason.NO_DATE
            ),
            CaseAct.PUBLISH: self._of_reply(replying.publish, case),
            CaseAct.RATE: (judging_replies.rate, {"stars": draw(STARS)}),
            CaseAct.CLOSE: (judging_replies.close, said),
            CaseAct.REOPEN: (judging_replies.reopen, said),
            CaseAct.APPEAL: (appeals.ask, said),
            CaseAct.APPEAL_AGAIN: (appeals.ask, said),
            CaseAct.DISMISS: (appeals.answer, {"granted": False, **said}),
            CaseAct.GRANT: (appeals.answer, {"granted": True, **said}),
        }
        if found := services.get(act):
            service, arguments = found
            self._do(service, self.cases[case], person, **arguments)

    def _of_reply(self, service, case, **more):
        reply = replying.current(self.session, self.cases[case])
        return (service, {"reply": reply, "version": reply.version, **more}) if reply else None

    @staticmethod
    def _join(session, *, case, lead, **arguments):
        joining.join(session, lead=lead, others=[case], **arguments)

    @rule(data=st.data(), case=WHICH, act=st.sampled_from(CaseAct), who=st.integers(0, 9))
    def try_anything(self, data, case, act, who):
        self._attempt(data.draw, act, case, self.people[who])

    @rule(data=st.data(), case=WHICH)
    def do_what_somebody_may(self, data, case):
        """Go on by an act of the table and one who may take it, so that its far end is reached."""
        found = self.cases[case]
        possible = [
            (act, person)
            for person in self.people
            for act in acts_of(found.state, parties(found, person))
            if act not in SELDOM or data.draw(st.integers(0, 4)) == 0
        ]
        if possible:
            self._attempt(data.draw, *_at(data.draw(st.sampled_from(possible)), case))

    @rule(case=WHICH, who=st.integers(0, 9), urgency=st.sampled_from(Urgency))
    def say_how_urgent(self, case, who, urgency):
        self._do(triage.confirm, self.cases[case], self.people[who], urgency=urgency)

    @rule(case=WHICH, who=st.integers(0, 9), words=WORDS, kind=st.sampled_from(NoteKind))
    def note(self, case, who, words, kind):
        self._try(notes.write, case=self.cases[case], actor=self.people[who], text=words, kind=kind)

    @rule(
        case=WHICH,
        who=st.integers(0, 9),
        words=WORDS,
        visitor=st.sampled_from(Visitor),
        result=st.sampled_from(VisitResult),
    )
    def call_back(self, case, who, words, visitor, result):
        """A call that finds somebody content is no rating."""
        values = {"visitor": visitor, "result": result, "satisfied": True, "note": words}
        self._try(visits.record, case=self.cases[case], actor=self.people[who], **values)

    @rule(case=WHICH, who=st.integers(0, 9), words=WORDS)
    def ask_for_more_time(self, case, who, words):
        found = self.cases[case]
        values = {"version": found.version, "words": words}
        self._try(more_time.ask, case=found, actor=self.people[who], **values)

    @rule(case=WHICH, who=st.integers(0, 9), words=WORDS, approved=st.booleans())
    def leave_out_of_the_rates(self, case, who, words, approved):
        """Propose it, or decide on what was proposed; often by the same person, in vain."""
        found, actor = self.cases[case], self.people[who]
        waiting = exclusions.current(self.session, found)
        if waiting is None:
            reason = ExclusionReason.REPEATED
            self._try(exclusions.propose, case=found, actor=actor, reason=reason, words=words)
        else:
            values = {"approved": approved, "version": waiting.version, "words": words}
            self._try(exclusions.decide, found=waiting, actor=actor, **values)

    @rule(who=st.integers(0, 9))
    def look_at_the_lists(self, who):
        """What lists, searches and counts leave in is just what this person may see."""
        person = self.people[who]
        listed = set(self.session.scalars(select(Case.id).where(visible(person))))
        wrote = {case.id for case in self.cases if case.suggestion.author_id == person.id}
        assert listed == {case.id for case in self.cases if may_see(case, person)} - wrote
        hidden = set(self.session.scalars(select(Case.id).where(sight.hidden_from(person))))
        assert hidden <= {case.id for case in self.cases if case.confidential}
        if person in self.named:
            assert self.cases[2].id in hidden

    @rule()
    def count(self):
        """The sums are those of the rows, and no report is in them."""
        self.session.flush()
        while tallying.work_off(self.session, zone=CALENDAR.zone):
            self.session.flush()
        assert tallying.differences(self.session, zone=CALENDAR.zone) == []
        counted = self.session.scalars(select(CaseCount.case_id)).all()
        assert sorted(counted) == sorted(one.id for one in self.cases if not one.confidential)

    def _try(self, service, **arguments):
        """Try what is no act of the table; a refusal changes nothing that is kept."""
        try:
            with self.session.begin_nested():
                service(self.session, now=self.clock(), **arguments)
        except Refusal:
            pass
        finally:
            self.session.expire_all()

    @rule(days=st.sampled_from([1, 3, 20, 40]))
    def wait(self, days):
        self.clock.advance(days=days)
        while passing_time.end_what_is_over(self.session, calendar=CALENDAR, now=self.clock()):
            self.session.flush()

    @invariant()
    def nobody_is_without_an_owner(self):
        for case in self.cases:
            assert case.unit is not None

    @invariant()
    def one_unit_at_most_leads(self):
        for case in self.cases:
            leads = [one for one in case.assignments if one.lead and one.ended_at is None]
            assert len(leads) <= 1
            assert case.transfers <= Case.MAX_TRANSFERS or any(
                one.ruling for one in case.assignments
            )

    @invariant()
    def the_clocks_that_run_are_those_of_the_state(self):
        for case in self.cases:
            kinds = {clock.kind for clock in clocks.running(case)}
            wanted = clocks.RUNS.get(case.state, frozenset())
            assert kinds <= wanted
            if case.state in ANSWERED:
                assert kinds <= {ClockKind.RATING, ClockKind.FOLLOW_UP}
                assert kinds
            else:
                assert kinds == wanted

    @invariant()
    def a_clock_is_never_begun_anew_nor_made_longer_but_by_an_extension(self):
        for case in self.cases:
            replies = [clock for clock in case.clocks if clock.kind is ClockKind.REPLY]
            assert len({clock.turn for clock in replies}) == len(replies)
            for clock in replies:
                started, due = self.started.setdefault(clock.id, (clock.started_at, clock.due_at))
                assert clock.started_at == started
                assert clock.extended_at or clock.due_at <= due

    @invariant()
    def no_reply_is_published_without_its_reviews(self):
        for reply in self.session.scalars(select(Reply)):
            if reply.stage is ReplyStage.PUBLISHED:
                passed = [one for one in reply.reviews if one.passed and one.text == reply.text]
                assert {ReplyStage.UNIT_LEADER, ReplyStage.ASSIGNER} <= {
                    one.stage for one in passed
                }
                assert reply.drafted_by_id not in {one.reviewer_id for one in passed}

    @invariant()
    def only_the_author_rates_and_staff_sees_it_afterwards(self):
        for case in self.cases:
            acts = select(CaseStep).filter_by(case_id=case.id, act="rate")
            assert {step.actor_id for step in self.session.scalars(acts)} <= {
                case.suggestion.author_id
            }
            if clocks.running(case, ClockKind.RATING):
                seen = judging_replies.shown_to_staff(self.session, case)
                assert case.round not in {rating.round for rating in seen}
        ratings = self.session.scalars(select(Rating)).all()
        assert len({(one.case_id, one.round) for one in ratings}) == len(ratings)

    @invariant()
    def a_report_is_never_seen_by_the_unit_it_names(self):
        report = self.cases[2]
        assert report.unit_id != self.lamps.id
        assert not report.suggestion.publish_text
        for person in self.named:
            assert not may_see(report, person)
            assert parties(report, person) == frozenset()

    @invariant()
    def every_step_is_in_the_ledger(self):
        for case in self.cases:
            entries = self.session.scalars(
                select(LedgerEntry).filter_by(subject_type="case_file", subject_id=case.id)
            ).all()
            acts = [f"case.{step.act}" for step in case.steps if step.act in set(CaseAct)]
            assert [one.act for one in entries if one.act in ACTS] == acts
            state = CaseState.SUBMITTED
            for step in case.steps:
                assert step.state_before is state
                state = step.state_after
            assert state is case.state

    @invariant()
    def two_people_leave_a_case_out_of_the_rates(self):
        for case in self.cases:
            found = exclusions.current(self.session, case)
            assert bool(case.excluded_at) == bool(found and found.approved)
            assert not (case.excluded_at and case.confidential)
            if case.excluded_at:
                assert found.decided_by_id != found.proposed_by_id

    @invariant()
    def a_report_stands_apart_whatever_became_of_it(self):
        report = self.cases[2].suggestion
        assert not report.is_valid
        assert not self.session.get(Membership, report.id)

    def teardown(self):
        assert ledger.first_broken(self.session) is None
        self.rollback.rollback()
        self.session.expire_all()
        self.clock.now = self.start


def _at(chosen, case):
    act, person = chosen
    return act, case, person


@pytest.mark.parametrize(
    ("examples", "steps"),
    [(10, 50), pytest.param(100, 150, marks=pytest.mark.slow)],
    ids=["briefly", "at length"],
)
def test_whatever_is_done_in_whatever_order(session, make, clock, examples, steps):
    run_state_machine_as_test(
        lambda: Board(session, make, clock),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_parties_of_an_author_are_never_those_of_an_office(session, make, clock):
    """Whoever writes to the office in which they work is a citizen in that case."""
    board = Board(session, make, clock)
    assigner = board.people[2]
    case = board._send(assigner, "办公室的灯坏了")
    assert parties(case, assigner) == {Party.AUTHOR}
    assert timedelta(0) < case.due_at - clock()
