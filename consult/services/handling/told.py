"""What a notice about a case says, put together for pages and letters; words are theirs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consult.services.handling import duty
from consult.services.handling.clocks import MOMENT
from consult.services.handling.moves import CaseAct
from consult.services.handling.reception import Refused
from models.agency import Agency
from models.case import Case, CaseState, CaseStep, Clock, ClockKind
from models.duty import DutyPage
from models.mailbox import TimeUnit
from models.notice import Notice, NoticeKind
from models.reply import ReturnReason

K = NoticeKind
#: Of which clock a notice says by when; of the others there is none to name.
CLOCKS = {
    K.CASE_RECEIVED: ClockKind.ACCEPTANCE,
    K.CASE_RETURNED_FOR_MORE: ClockKind.SUPPLEMENT,
    K.CASE_RECONSIDERED: ClockKind.ACCEPTANCE,
    K.CASE_ACCEPTED: ClockKind.REPLY,
    K.CASE_ASSIGNED: ClockKind.REPLY,
    K.CASE_EXTENDED: ClockKind.REPLY,
    K.CASE_JOINED: ClockKind.REPLY,
    K.CASE_PARTED: ClockKind.REPLY,
    K.CASE_REPLIED: ClockKind.RATING,
    K.CASE_CLOSED: ClockKind.APPEAL_WINDOW,
    K.CASE_REOPENED: ClockKind.REPLY,
    K.REPORT_RECEIVED: ClockKind.ACCEPTANCE,
    K.CASE_SUPPLEMENTED: ClockKind.ACCEPTANCE,
    K.CASE_CONTESTED: ClockKind.ACCEPTANCE,
    K.CASE_GIVEN: ClockKind.REPLY,
    K.CASE_OBJECTED: ClockKind.OBJECTION,
    K.CASE_UPHELD: ClockKind.REPLY,
    K.CASE_TIME_ASKED: ClockKind.REPLY,
    K.CASE_TIME_DECLINED: ClockKind.REPLY,
    K.CASE_TIME_GIVEN: ClockKind.REPLY,
    K.DRAFT_WAITS: ClockKind.REPLY,
    K.DRAFT_RETURNED: ClockKind.REPLY,
    K.CASE_AGAIN: ClockKind.REPLY,
    K.CASE_APPEALED: ClockKind.APPEAL,
    K.CASE_URGED: ClockKind.REPLY,
}
#: Told of while it is so; a letter about what is over by then is not written.
WHILE = {
    K.CASE_RETURNED_FOR_MORE: {CaseState.RETURNED_FOR_MORE},
    K.CASE_OBJECTED: {CaseState.OBJECTION},
    K.DRAFT_WAITS: {CaseState.REPLY_DRAFTED},
    K.DRAFT_RETURNED: {CaseState.REPLY_RETURNED},
    K.CASE_APPEALED: {CaseState.APPEAL, CaseState.FINAL_APPEAL},
}
#: Those to the one who wrote, and to those who follow it; all others are to staff.
TO_AUTHOR = frozenset(
    {
        K.CASE_RECEIVED,
        K.CASE_RETURNED_FOR_MORE,
        K.CASE_SUPPLEMENT_DUE,
        K.CASE_NOT_ACCEPTED,
        K.CASE_RECONSIDERED,
        K.CASE_TRANSFERRED,
        K.CASE_ACCEPTED,
        K.CASE_ASSIGNED,
        K.CASE_EXTENDED,
        K.CASE_JOINED,
        K.CASE_PARTED,
        K.CASE_REPLIED,
        K.CASE_CLOSED,
        K.CASE_REOPENED,
        K.CASE_APPEAL_ANSWERED,
    }
)
PAGES = frozenset({K.DUTY_PAGED, K.DUTY_RAISED})
TO_STAFF = (
    frozenset(K)
    - TO_AUTHOR
    - {K.CASE_FOLLOWED, K.DECIDED, K.ENACTED, K.OBJECTION_SETTLED, K.INVITED}
)
#: Mailed together now and then: who assigns for a large board would get a letter a minute.
BUNDLED = TO_STAFF - PAGES


@dataclass(frozen=True)
class CaseTold:
    """What there is to say of a case; of a report hardly more than its number.

    A letter lies about in mailboxes that others read, so that of a report it names neither the
    title nor a unit nor a reason; a page is read by who is signed in.
    """

    notice: Notice
    case: Case | None

    @property
    def no(self) -> str:
        return self.case.no if self.case else ""

    @property
    def confidential(self) -> bool:
        return self.case is not None and self.case.confidential

    @property
    def to_author(self) -> bool:
        return self.notice.kind in TO_AUTHOR

    @property
    def title(self) -> str:
        """For a page: the author's own words to themselves, masked ones to others."""
        if self.case is None:
            return self.page.title if self.page else ""
        suggestion = self.case.suggestion
        if self.to_author:
            return suggestion.title
        if self.confidential or not (self.notice.kind in TO_STAFF or suggestion.publish_text):
            return ""
        return suggestion.public_title or suggestion.title

    @property
    def letter_title(self) -> str:
        """For a letter: nothing of a report."""
        return "" if self.confidential else self.title

    @property
    def step(self) -> CaseStep | None:
        return self.notice.step

    @property
    def page(self) -> DutyPage | None:
        return self.notice.duty_page

    @property
    def reason(self) -> str:
        """What was said with the step, where this reader is to know it."""
        step = self.step
        if step is None or self.notice.kind is K.CASE_FOLLOWED:
            return ""
        if self.to_author and not (step.shown and self.notice.kind in WITH_REASON):
            return ""
        return step.reason

    @property
    def code(self) -> StrEnum | None:
        """The coded reason, to be called by its name."""
        step = self.step
        code = step.detail.get("code") if step else None
        if step is None or code is None:
            return None
        found: type[StrEnum] | None = CODES.get(step.act)
        return found(code) if found and code in set(found) else None

    @property
    def lapsed(self) -> bool:
        """Not accepted since nothing was added in time."""
        return self.step is not None and self.step.act == CaseAct.LAPSE

    @property
    def granted(self) -> bool:
        """A review set the answer aside."""
        return self.step is not None and self.step.act == CaseAct.GRANT

    @property
    def unit(self) -> Agency | None:
        """Who had it after the step; of a report nobody is named."""
        return self.step.unit if self.step and not self.confidential else None

    @property
    def clock(self) -> Clock | None:
        """The clock that counts for the reader now; None: it does not run any more."""
        if self.notice.clock is not None:
            return self.notice.clock
        kind = CLOCKS.get(self.notice.kind)
        running = self.case.clocks if self.case is not None and kind is not None else []
        return next((one for one in running if one.kind is kind and not one.stopped_at), None)

    @property
    def until(self) -> datetime | None:
        """The last moment before the time that counts runs out."""
        return self.clock.due_at - MOMENT if self.clock else None

    @property
    def by_the_hour(self) -> bool:
        """Whether the hour matters, and not only the day."""
        return self.clock is not None and self.clock.unit is TimeUnit.HOURS

    @property
    def level(self) -> StrEnum | None:
        """How urgent an alarm is, to be called by its name."""
        return duty.level(self.page) if self.page is not None else None

    @property
    def is_so(self) -> bool:
        """Whether what the notice says still is as it says."""
        if self.page is not None:
            return self.page.is_open
        if self.notice.clock is not None:
            return self.notice.clock.stopped_at is None
        wanted = WHILE.get(self.notice.kind)
        return wanted is None or self.case is None or self.case.state in wanted


#: The author reads what was said with these; of others that they happened.
WITH_REASON = frozenset(
    {
        K.CASE_RETURNED_FOR_MORE,
        K.CASE_NOT_ACCEPTED,
        K.CASE_RECONSIDERED,
        K.CASE_TRANSFERRED,
        K.CASE_EXTENDED,
        K.CASE_CLOSED,
        K.CASE_REOPENED,
        K.CASE_APPEAL_ANSWERED,
    }
)
CODES: dict[str, type[StrEnum]] = {
    CaseAct.REFUSE.value: Refused,
    CaseAct.RETURN_REPLY.value: ReturnReason,
}


def about(notice: Notice) -> CaseTold | None:
    """What a notice says of a case or an alarm; None: it is about neither."""
    if notice.case is None and notice.duty_page is None:
        return None
    return CaseTold(notice, notice.case)
