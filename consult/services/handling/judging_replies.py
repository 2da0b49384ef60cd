"""What the one who wrote says of the reply, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid
from consult.services.handling import clocks, steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct
from consult.services.handling.parties import require_party
from consult.text.normalise import tidy
from models.case import Case, CaseState, ClockKind
from models.person import Person
from models.reply import Rating

MOST = 2000
BEST = 5


@dataclass(frozen=True)
class Stars:
    """解决程度, 办理态度, 办理速度: one to five each."""

    solved: int
    attitude: int
    speed: int

    def __str__(self) -> str:
        return f"{self.solved},{self.attitude},{self.speed}"


def rate(
    session: Session,
    *,
    case: Case,
    stars: Stars,
    words: str = "",
    asked_for_praise: bool = False,
    times: Times,
    actor: Person,
    now: datetime,
) -> Rating:
    """Rate the reply of this round; it can be changed once, while the window is open.

    :raises Invalid: for stars that are none.
    :raises Conflict: after the window, or for a second change.
    """
    require_party(case, CaseAct.RATE, actor)
    if not all(1 <= one <= BEST for one in (stars.solved, stars.attitude, stars.speed)):
        raise Invalid(N_("Each rating is between one and five."), field="solved")
    if not clocks.running(case, ClockKind.RATING) or _over(case, now):
        raise Conflict(N_("The time in which this reply could be rated is over."))
    rating = of_round(session, case)
    if rating is not None:
        if rating.changed_at is not None:
            raise Conflict(N_("A rating can be changed once, and this one was."))
        rating.changed_at = now
        rating.before = str(Stars(rating.solved, rating.attitude, rating.speed))
    else:
        rating = Rating(case_id=case.id, round=case.round, created_at=now)
    rating.solved, rating.attitude, rating.speed = stars.solved, stars.attitude, stars.speed
    rating.words, rating.asked_for_praise = tidy(words)[:MOST], asked_for_praise
    session.add(rating)
    # The timeline says that it was rated; how is seen by staff when the window has closed.
    steps.take(session, case=case, act=CaseAct.RATE, actor=actor, times=times, now=now)
    return rating


def of_round(session: Session, case: Case) -> Rating | None:
    """The rating of this round."""
    return session.scalar(select(Rating).filter_by(case_id=case.id, round=case.round))


def shown_to_staff(session: Session, case: Case) -> list[Rating]:
    """The ratings that staff may see: those whose window has closed."""
    open_rounds = {clock.turn for clock in clocks.running(case, ClockKind.RATING)}
    query = select(Rating).filter_by(case_id=case.id).order_by(Rating.round)
    return [one for one in session.scalars(query) if one.round not in open_rounds]


def is_low(rating: Rating) -> bool:
    """Whether it must be followed by an answer: a low mark for what was solved, or for manner."""
    return min(rating.solved, rating.attitude) <= Rating.LOW


def end_window(session: Session, *, case: Case, times: Times, now: datetime) -> None:
    """The window has closed: a case that was not rated, or rated well, is closed by the clock.

    A low rating starts the time in which it is followed up.
    """
    rating = of_round(session, case)
    if case.state is CaseState.RATED and rating is not None and is_low(rating):
        for clock in clocks.running(case, ClockKind.RATING):
            clock.stopped_at = now
        clocks.start(case, ClockKind.FOLLOW_UP, times=times, now=now)
        return
    steps.take(session, case=case, act=CaseAct.CLOSE, actor=None, times=times, now=now)


def close(
    session: Session, *, case: Case, words: str, times: Times, actor: Person, now: datetime
) -> None:
    """Answer a low rating without opening the case again; the author reads the words.

    :raises Invalid: if nothing is said.
    :raises Conflict: while the window is open: nobody in office knows the rating before.
    """
    require_party(case, CaseAct.CLOSE, actor)
    _require_closed_window(case)
    steps.take(
        session,
        case=case,
        act=CaseAct.CLOSE,
        actor=actor,
        times=times,
        now=now,
        reason=_said(words),
    )


def reopen(
    session: Session, *, case: Case, words: str, times: Times, actor: Person, now: datetime
) -> None:
    """重新办理: handle it again in a new round, with a new clock for the reply."""
    require_party(case, CaseAct.REOPEN, actor)
    if case.state is CaseState.RATED:
        _require_closed_window(case)
    steps.take(
        session,
        case=case,
        act=CaseAct.REOPEN,
        actor=actor,
        times=times,
        now=now,
        reason=_said(words),
    )


def _over(case: Case, now: datetime) -> bool:
    return any(now >= clock.due_at for clock in clocks.running(case, ClockKind.RATING))


def _require_closed_window(case: Case) -> None:
    if clocks.running(case, ClockKind.RATING):
        raise Conflict(N_("The time for the rating still runs; until then nobody sees it."))


def _said(words: str) -> str:
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please give a reason."), field="words")
    return said
