"""七步: the seven steps of handling, worked out from what happened to a case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consult.services.handling.moves import CaseAct as A
from models.case import Case, CaseState, CaseStep
from models.case import CaseState as S
from models.casework import CaseNote, Meeting
from models.reply import Visit


class Stage(StrEnum):
    """The seven steps 采集 研判 流转 会商 帮办督学 审核回复 回访."""

    COLLECTING = "collecting"
    JUDGING = "judging"
    ROUTING = "routing"
    CONSULTING = "consulting"
    HANDLING = "handling"
    ANSWERING = "answering"
    FOLLOWING_UP = "following_up"


class Progress(StrEnum):
    """How far a step is."""

    DONE = "done"
    CURRENT = "current"
    NEXT = "next"
    #: Not needed so far, or never reached.
    SKIPPED = "skipped"


#: To which step an act belongs; others that are noted belong to the handling.
OF_ACT: Mapping[str, Stage] = {
    **dict.fromkeys((A.SUPPLEMENT, A.WITHDRAW), Stage.COLLECTING),
    **dict.fromkeys(
        (
            A.BEGIN_REVIEW, A.ACCEPT, A.REFUSE, A.RETURN_FOR_MORE, A.LAPSE, A.CONTEST,
            A.RECONSIDER, A.TRANSFER_OUT, A.MERGE, A.UNMERGE, "triage",
        ),
        Stage.JUDGING,
    ),
    **dict.fromkeys((A.ASSIGN, A.OBJECT, A.UPHOLD, A.REASSIGN, A.TAKE_UP), Stage.ROUTING),
    **dict.fromkeys((A.EXTEND,), Stage.HANDLING),
    **dict.fromkeys(
        (A.DRAFT, A.PASS, A.RETURN_REPLY, A.PUBLISH, A.ANSWER_JOINED), Stage.ANSWERING
    ),
    **dict.fromkeys(
        (A.RATE, A.CLOSE, A.REOPEN, A.APPEAL, A.APPEAL_AGAIN, A.DISMISS, A.GRANT, A.ARCHIVE),
        Stage.FOLLOWING_UP,
    ),
}  # fmt: skip
#: At which step a case in a state is.
OF_STATE: Mapping[CaseState, Stage] = {
    S.SUBMITTED: Stage.JUDGING,
    S.UNDER_REVIEW: Stage.JUDGING,
    S.RETURNED_FOR_MORE: Stage.COLLECTING,
    S.NOT_ACCEPTED: Stage.JUDGING,
    S.ACCEPTED: Stage.ROUTING,
    S.ASSIGNED: Stage.ROUTING,
    S.OBJECTION: Stage.ROUTING,
    S.REASSIGNED: Stage.ROUTING,
    S.UPHELD: Stage.ROUTING,
    S.REOPENED: Stage.ROUTING,
    S.IN_PROGRESS: Stage.HANDLING,
    S.EXTENDED: Stage.HANDLING,
    S.REPLY_DRAFTED: Stage.ANSWERING,
    S.REPLY_RETURNED: Stage.ANSWERING,
    S.REPLIED: Stage.FOLLOWING_UP,
    S.RATED: Stage.FOLLOWING_UP,
    S.CLOSED: Stage.FOLLOWING_UP,
    S.APPEAL: Stage.FOLLOWING_UP,
    S.FINAL_APPEAL: Stage.FOLLOWING_UP,
    S.ARCHIVED: Stage.FOLLOWING_UP,
    S.MERGED: Stage.JUDGING,
    S.TRANSFERRED: Stage.JUDGING,
    S.WITHDRAWN: Stage.COLLECTING,
}
#: Nothing more is to come, unless somebody takes it up again.
ENDED = frozenset({S.NOT_ACCEPTED, S.CLOSED, S.ARCHIVED, S.TRANSFERRED, S.WITHDRAWN})
ORDER = tuple(Stage)


@dataclass(frozen=True)
class Event:
    """One thing on the timeline; ``what`` is the case as it came, a step, a note, a meeting or a visit."""

    at: datetime
    what: Case | CaseStep | CaseNote | Meeting | Visit

    @property
    def kind(self) -> str:
        """What a template tells them apart by."""
        return KINDS[type(self.what)]


#: ``sent``: the case itself, as it came.
KINDS: Mapping[type, str] = {
    Case: "sent",
    CaseStep: "step",
    CaseNote: "note",
    Meeting: "meeting",
    Visit: "visit",
}


@dataclass(frozen=True)
class StagePage:
    """One of the seven steps of a case: how far it is, and what happened in it, oldest first."""

    stage: Stage
    progress: Progress
    events: Sequence[Event]


def stages(
    case: Case,
    *,
    steps: Iterable[CaseStep],
    notes: Iterable[CaseNote] = (),
    meetings: Iterable[Meeting] = (),
    visits: Iterable[Visit] = (),
) -> list[StagePage]:
    """The seven steps of ``case``, in their order."""
    events: dict[Stage, list[Event]] = {stage: [] for stage in ORDER}
    events[Stage.COLLECTING].append(Event(case.created_at, case))
    for step in steps:
        events[OF_ACT.get(step.act, Stage.HANDLING)].append(Event(step.created_at, step))
    events[Stage.HANDLING] += [Event(note.created_at, note) for note in notes]
    events[Stage.CONSULTING] += [Event(meeting.created_at, meeting) for meeting in meetings]
    events[Stage.FOLLOWING_UP] += [Event(visit.created_at, visit) for visit in visits]
    return [
        StagePage(
            stage,
            _progress(case, stage, happened=bool(found)),
            sorted(found, key=lambda event: event.at),
        )
        for stage, found in events.items()
    ]


def _progress(case: Case, stage: Stage, *, happened: bool) -> Progress:
    here, place = ORDER.index(OF_STATE[case.state]), ORDER.index(stage)
    if place == here:
        return Progress.DONE if case.state in ENDED else Progress.CURRENT
    if happened or (place < here and stage is not Stage.CONSULTING):
        return Progress.DONE
    if place < here or case.state in ENDED:
        return Progress.SKIPPED
    return Progress.NEXT
