"""What becomes of a message, by chance: its steps, clocks, assignments, replies and rating.

Every act is one of the table of moves and every clock is set by the service that sets them in
earnest, so that no life is one that the platform would not allow. How likely things are, and how
long they take, is like on large boards: one message in twelve is not accepted, one assignment in
twenty objected to, one reply in eight returned, one answer in three rated. Of those that ask what a case
in hand asks already, half are joined to it and get its answer.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

from consult.services.handling import clocks
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct as A
from consult.services.handling.moves import move
from consult.services.handling.steps import OVER
from models.case import CaseState as S
from models.case import ClockKind
from models.mailbox import Track
from models.reply import Rating, ReplyStage, ReturnReason

#: State → what may come next: how likely, the act, and the hours that it takes on the whole.
NEXT = {
    S.SUBMITTED: [(0.90, A.BEGIN_REVIEW, 5), (0.08, A.ACCEPT, 8), (0.02, A.WITHDRAW, 10)],
    S.UNDER_REVIEW: [
        (0.83, A.ACCEPT, 12),
        (0.08, A.REFUSE, 14),
        (0.04, A.RETURN_FOR_MORE, 10),
        (0.03, A.TRANSFER_OUT, 12),
        (0.02, A.WITHDRAW, 20),
    ],
    S.RETURNED_FOR_MORE: [(0.8, A.SUPPLEMENT, 60), (0.2, A.LAPSE, None)],
    S.NOT_ACCEPTED: [(0.04, A.CONTEST, 40), (0.96, A.ARCHIVE, None)],
    S.ACCEPTED: [(0.99, A.ASSIGN, 10), (0.01, A.WITHDRAW, 20)],
    S.ASSIGNED: [(0.95, A.TAKE_UP, 18), (0.05, A.OBJECT, 14)],
    S.OBJECTION: [(0.6, A.REASSIGN, 24), (0.4, A.UPHOLD, 24)],
    S.REASSIGNED: [(0.97, A.TAKE_UP, 18), (0.03, A.OBJECT, 14)],
    S.UPHELD: [(1, A.TAKE_UP, 12)],
    S.IN_PROGRESS: [(0.97, A.DRAFT, 85), (0.03, A.EXTEND, 110)],
    S.EXTENDED: [(1, A.DRAFT, 120)],
    S.REPLY_DRAFTED: [(0.88, A.PUBLISH, 14), (0.12, A.RETURN_REPLY, 12)],
    S.REPLY_RETURNED: [(1, A.DRAFT, 20)],
    S.REPLIED: [(0.35, A.RATE, 50), (0.65, A.CLOSE, None)],
    S.REOPENED: [(1, A.TAKE_UP, 12)],
    S.CLOSED: [(0.004, A.APPEAL, 100), (0.996, A.ARCHIVE, None)],
    S.APPEAL: [(0.7, A.DISMISS, 240), (0.3, A.GRANT, 240)],
    S.TRANSFERRED: [],
    S.WITHDRAWN: [],
    S.MERGED: [],
    S.ARCHIVED: [],
}
#: One in so many takes far longer than the others: what is hard, or left lying.
TAIL, LONGER = 0.06, 5
MOST_ROUNDS = 3
#: How many are joined, of those that can be; and hours from acceptance to that.
JOINED, TO_JOIN = 0.5, 6
#: Marks that are given, from the worst.
STARS = (0.09, 0.07, 0.14, 0.28, 0.42)
#: What the clock does when this runs out.
ENDS = {
    A.LAPSE: ClockKind.SUPPLEMENT,
    A.CLOSE: ClockKind.RATING,
    A.ARCHIVE: ClockKind.APPEAL_WINDOW,
}


@dataclass
class Life:
    """A case as far as it has come; the lists hold what rows are made of."""

    came: object
    suggestion: object
    urgency: object
    track: Track = Track.ORDINARY
    state: S = S.SUBMITTED
    round: int = 1
    clocks: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    assignments: list = field(default_factory=list)
    replies: list = field(default_factory=list)
    ratings: list = field(default_factory=list)
    appeals: list = field(default_factory=list)
    transfers: int = 0
    unit: int = 0
    handler: int | None = None
    due_at: object = None
    accepted_at: object = None
    replied_at: object = None
    closed_at: object = None
    days_taken: int | None = None
    on_time: bool | None = None
    #: Its number, once it is written.
    case: int = 0
    #: The life of the case that answers it.
    joined_to: object = None

    @property
    def may_lead(self):
        """Whether a unit works on it, or did, so that others can be joined."""
        return bool(self.assignments) and self.joined_to is None

    @property
    def answered(self):
        """Its first published reply; None if it has none yet."""
        return next((one for one in self.replies if "published_at" in one), None)


@dataclass
class Office:
    """Who acts on a case."""

    author: int
    assigner: int
    home: int
    #: Unit → leader, handlers.
    units: dict
    #: Which unit answers first, and which if that one objects.
    first: int
    second: int


class Chance:
    """Lives a case from its arrival until ``now``."""

    def __init__(self, random, calendar, allowances, now):
        self.random, self.now = random, now
        self.times = Times(calendar, allowances)

    def live(self, came, kind, urgency, office, *, lead=None):
        """One life; perhaps joined to ``lead``, which asks the same."""
        case = Life(came, SimpleNamespace(kind=kind), urgency, unit=office.home)
        if self.random.random() < 0.03:
            case.track = Track.INVESTIGATION
        clocks.follow(case, case.state, times=self.times, now=came)
        at = came
        while True:
            act, at = self._choose(case, at, lead)
            if act is None or at >= self.now:
                return case
            self._take(case, act, at, office)

    def _choose(self, case, at, lead):
        """What comes next, and when; nothing if that is the end."""
        if case.state is S.RATED:
            return self._after_rating(case, at)
        if case.state is S.MERGED:
            answer = case.joined_to.answered
            return (A.ANSWER_JOINED, answer["published_at"]) if answer else (None, at)
        if case.state is S.ACCEPTED and lead and self.random.random() < JOINED:
            joined = at + timedelta(hours=self.random.expovariate(1 / TO_JOIN))
            if lead.answered is None or joined < lead.answered["published_at"]:
                case.joined_to = lead
                return A.MERGE, joined
        possible, random = NEXT[case.state], self.random
        if not possible:
            return None, at
        [(_share, act, hours)] = random.choices(possible, [share for share, *_ in possible])
        if act is A.CONTEST and any(step[0] is A.CONTEST for step in case.steps):
            act, hours = A.ARCHIVE, None
        if hours is None:
            ends = [clock.due_at for clock in clocks.running(case, ENDS[act])]
            return (act, ends[0]) if ends else (None, at)
        longer = LONGER if random.random() < TAIL else 1
        return act, at + timedelta(hours=longer * hours * (0.15 + random.expovariate(1 / 0.85)))

    def _after_rating(self, case, at):
        window = clocks.running(case, ClockKind.RATING)
        low = min(case.ratings[-1][2:4]) <= Rating.LOW
        if not low:
            return A.CLOSE, max(at, window[0].due_at) if window else at
        act = A.REOPEN if self.random.random() < 0.5 and case.round < MOST_ROUNDS else A.CLOSE
        seen = window[0].due_at if window else at  # nobody in office knows it before
        if window and seen < self.now:
            window[0].stopped_at = seen
            clocks.start(case, ClockKind.FOLLOW_UP, times=self.times, now=seen)
        return act, seen + timedelta(hours=20 + self.random.expovariate(1 / 60))

    def _take(self, case, act, at, office):
        actor, more = self._done(case, act, at, office)
        before, case.state = case.state, move(case.state, act).to
        self._stamp(case, at)
        clocks.follow(case, case.state, times=self.times, now=at)
        case.steps.append((act, before, case.state, case.round, actor, case.unit, at, more))

    def _stamp(self, case, at):
        if case.state is S.ACCEPTED:
            case.accepted_at = case.accepted_at or at
        elif case.state is S.REPLIED:
            case.replied_at = at
            if case.days_taken is None:
                began = case.accepted_at or case.came
                case.days_taken = self.times.calendar.worked_between(began, at)
                running = clocks.running(case, ClockKind.REPLY)
                case.on_time = all(at < clock.due_at for clock in running)
        elif case.state is S.REOPENED:
            case.round, case.closed_at = case.round + 1, None
        if case.state in OVER:
            case.closed_at = at

    def _done(self, case, act, at, office):
        """Write what an act leaves behind, and say who took it and what its step says besides."""
        leader, handlers = office.units.get(case.unit, (office.assigner, (office.assigner,)))
        who = SimpleNamespace(office=office, leader=leader, handlers=handlers)
        by_office = None if act in BY_CLOCK else office.assigner
        actor = office.author if act in BY_AUTHOR else by_office
        left = LEAVES.get(act)
        found = left(self, case, at, who) if left else None
        return found or (actor, {})

    def _merge(self, case, at, who):
        case.unit, case.handler = case.joined_to.unit, None

    def _answer_joined(self, case, at, who):
        return None, {"reply": case.joined_to.answered["id"]}

    def _give(self, case, at, who):
        again = bool(case.assignments)
        if again:
            case.assignments[-1]["state"], case.assignments[-1]["ended_at"] = "moved", at
        case.unit = who.office.second if again else who.office.first
        case.transfers += again
        case.assignments.append({"unit": case.unit, "at": at, "by": who.office.assigner})
        case.handler = None

    def _object(self, case, at, who):
        case.assignments[-1] |= {"state": "objected", "objected_at": at, "objector": who.leader}
        return who.leader, {}

    def _uphold(self, case, at, who):
        case.assignments[-1] |= {"state": "upheld", "ruled_at": at, "ruler": who.office.assigner}

    def _take_up(self, case, at, who):
        case.handler = self.random.choice(who.handlers)
        return case.handler, {}

    def _extend(self, case, at, who):
        running = clocks.running(case, ClockKind.REPLY)
        if running and at < running[0].due_at and running[0].extended_at is None:
            running[0].due_at += timedelta(days=14)
            running[0].extended_amount, running[0].extended_at = 10, at
            running[0].extended_by_id = who.leader
        return who.leader, {}

    def _return_reply(self, case, at, who):
        reply, code = case.replies[-1], self.random.choice(list(ReturnReason))
        reply["reviews"].append((ReplyStage.UNIT_LEADER, who.leader, False, code, at))
        reply["stage"] = ReplyStage.RETURNED
        return who.leader, {"code": code.value}

    def _publish(self, case, at, who):
        reply, passed = case.replies[-1], at - timedelta(hours=2)
        reply["reviews"] += [
            (ReplyStage.UNIT_LEADER, who.leader, True, None, passed),
            (ReplyStage.ASSIGNER, who.office.assigner, True, None, at),
        ]
        reply |= {"stage": ReplyStage.PUBLISHED, "published_at": at, "by": who.office.assigner}

    def _rate(self, case, at, who):
        solved, attitude, speed = self.random.choices(range(1, 6), STARS, k=3)
        case.ratings.append((case.round, at, solved, attitude, speed))

    def _appeal(self, case, at, who):
        case.appeals.append({"at": at, "unit": who.office.home, "round": case.round})

    def _dismiss(self, case, at, who):
        case.appeals[-1] |= {"answered_at": at, "granted": False, "by": who.office.assigner}

    def _grant(self, case, at, who):
        case.appeals[-1] |= {"answered_at": at, "granted": True, "by": who.office.assigner}

    def _draft(self, case, at, who):
        if case.replies and case.replies[-1]["round"] == case.round:
            case.replies[-1]["stage"] = ReplyStage.UNIT_LEADER
            return case.handler, {}
        case.replies.append(
            {
                "round": case.round,
                "stage": ReplyStage.UNIT_LEADER,
                "unit": case.unit,
                "at": at,
                "handler": case.handler,
                "reviews": [],
            }
        )
        return case.handler, {}


BY_AUTHOR = {A.WITHDRAW, A.SUPPLEMENT, A.CONTEST, A.RATE, A.APPEAL}
BY_CLOCK = {A.LAPSE, A.ARCHIVE}
#: What an act writes besides its step: a method that may name another actor.
LEAVES = {
    A.MERGE: Chance._merge,
    A.ANSWER_JOINED: Chance._answer_joined,
    A.ASSIGN: Chance._give,
    A.REASSIGN: Chance._give,
    A.OBJECT: Chance._object,
    A.UPHOLD: Chance._uphold,
    A.TAKE_UP: Chance._take_up,
    A.EXTEND: Chance._extend,
    A.DRAFT: Chance._draft,
    A.RETURN_REPLY: Chance._return_reply,
    A.PUBLISH: Chance._publish,
    A.RATE: Chance._rate,
    A.APPEAL: Chance._appeal,
    A.DISMISS: Chance._dismiss,
    A.GRANT: Chance._grant,
}
