"""What queues, steps and acts of cases are called on pages."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consult.services.caseload.case_stages import Progress, Stage
from consult.services.caseload.queues import Queue
from consult.services.handling.dispatching import Ground
from consult.services.handling.moves import CaseAct as A
from models.casework import MeetingOutcome, NoteKind

WORDS: Mapping[type[StrEnum], Mapping[str, LazyString]] = {
    Queue: {
        Queue.REVIEW: _l("To review"),
        Queue.TO_ASSIGN: _l("To assign"),
        Queue.OBJECTIONS: _l("Objections to rule on"),
        Queue.TAKE_UP: _l("To take in hand"),
        Queue.MINE: _l("In my hands"),
        Queue.REPLIES: _l("Replies to review"),
        Queue.LOW: _l("Low ratings to follow up"),
        Queue.APPEALS: _l("Reviews to answer"),
        Queue.CONFIDENTIAL: _l("Reports of wrongdoing"),
        Queue.NEAR_DUE: _l("Due soon"),
        Queue.OVERDUE: _l("Past their time"),
        Queue.UNIT: _l("With my unit"),
        Queue.CO_HANDLING: _l("Helping other units"),
        Queue.ALL: _l("All cases"),
    },
    Stage: {
        Stage.COLLECTING: _l("Collecting"),
        Stage.JUDGING: _l("Judging"),
        Stage.ROUTING: _l("Routing"),
        Stage.CONSULTING: _l("Consulting together"),
        Stage.HANDLING: _l("Handling and supervision"),
        Stage.ANSWERING: _l("Reviewing and replying"),
        Stage.FOLLOWING_UP: _l("Following up"),
    },
    Progress: {
        Progress.DONE: _l("step done"),
        Progress.CURRENT: _l("step under way"),
        Progress.NEXT: _l("step to come"),
        Progress.SKIPPED: _l("step not needed"),
    },
    Ground: {
        Ground.GROUP: _l("others of the same group went there"),
        Ground.CATALOGUE: _l("by the dispatch catalogue"),
        Ground.WORDS: _l("learned from the words, the meaning and the place"),
        Ground.HABIT: _l("most like it went there"),
    },
    NoteKind: {
        NoteKind.NOTE: _l("Note of handling"),
        NoteKind.SUPERVISION: _l("Supervisor's request"),
    },
    MeetingOutcome: {
        MeetingOutcome.AGREED: _l("The units agreed"),
        MeetingOutcome.REFERRED: _l("Put to the unit above for a ruling"),
        MeetingOutcome.ADJOURNED: _l("To be continued"),
    },
    A: {
        A.BEGIN_REVIEW: _l("Begin the review"),
        A.ACCEPT: _l("Accept the message"),
        A.REFUSE: _l("Do not accept"),
        A.RETURN_FOR_MORE: _l("Ask the author for more"),
        A.RECONSIDER: _l("Review it again"),
        A.TRANSFER_OUT: _l("Hand it on to another agency"),
        A.MERGE: _l("Answer it with its group"),
        A.UNMERGE: _l("Take it out of the joined case"),
        A.ASSIGN: _l("Assign to a unit"),
        A.OBJECT: _l("Object to the assignment"),
        A.REASSIGN: _l("Give it to another unit"),
        A.UPHOLD: _l("Overrule the objection"),
        A.TAKE_UP: _l("Take it in hand"),
        A.EXTEND: _l("More time for the reply"),
        A.DRAFT: _l("Write the reply"),
        A.PASS: _l("Review the reply"),
        A.RETURN_REPLY: _l("Review the reply"),
        A.PUBLISH: _l("Review the reply"),
        A.CLOSE: _l("Answer the rating and close"),
        A.REOPEN: _l("Open it again"),
        A.DISMISS: _l("Confirm the answer"),
        A.GRANT: _l("Set the answer aside"),
    },
}


def called(member: StrEnum) -> LazyString | str:
    """What ``member`` is called; its value if nobody has named it."""
    return WORDS.get(type(member), {}).get(member.value, member.value)
