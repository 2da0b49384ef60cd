"""What the one who wrote a message may do with it now, for a page that offers it.

The table of moves says what fits a stage; here it is left out what was done its one time already, or
for which the time is over. The services refuse the same again.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from consult.services.handling import appeals, clocks, judging_replies
from consult.services.handling.moves import CaseAct, Party, acts_of
from consult.services.handling.parties import parties
from models.case import Case, ClockKind
from models.person import Person

#: An act that can only be done while a clock of this kind runs.
WHILE: Mapping[CaseAct, ClockKind] = {
    CaseAct.RATE: ClockKind.RATING,
    CaseAct.APPEAL: ClockKind.APPEAL_WINDOW,
    CaseAct.APPEAL_AGAIN: ClockKind.APPEAL_WINDOW,
}


def open_to(session: Session, case: Case, person: Person | None, *, now: datetime) -> list[CaseAct]:
    """The acts of ``person`` on a message of their own; none on that of anybody else."""
    if Party.AUTHOR not in parties(case, person):
        return []
    return [
        act
        for act in acts_of(case.state, {Party.AUTHOR})
        if _is_left(session, case, act) and _in_time(case, act, now)
    ]


def _is_left(session: Session, case: Case, act: CaseAct) -> bool:
    match act:
        case CaseAct.CONTEST:
            return all(step.act != CaseAct.CONTEST for step in case.steps)
        case CaseAct.RATE:
            rating = judging_replies.of_round(session, case)
            return rating is None or rating.changed_at is None
        case CaseAct.APPEAL:
            return not case.appeals
        case CaseAct.APPEAL_AGAIN:
            return len(case.appeals) == 1 and appeals.pending(case) is None
    return True


def _in_time(case: Case, act: CaseAct, now: datetime) -> bool:
    kind = WHILE.get(act)
    return kind is None or any(now < clock.due_at for clock in clocks.running(case, kind))
