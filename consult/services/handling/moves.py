"""What a message can go through: one table, state × act × who → state.

Everything that asks whether something may be done asks this table: services, pages, the clock,
and docs/cases.md, which a test compares with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from consult.exceptions import N_, Conflict
from models.case import CaseState as S


class CaseAct(StrEnum):
    """What can be done to a case."""

    BEGIN_REVIEW = "begin_review"
    ACCEPT = "accept"
    REFUSE = "refuse"
    RETURN_FOR_MORE = "return_for_more"
    SUPPLEMENT = "supplement"
    LAPSE = "lapse"
    RECONSIDER = "reconsider"
    #: The author objects to a refusal; once, and somebody else decides.
    CONTEST = "contest"
    TRANSFER_OUT = "transfer_out"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    ASSIGN = "assign"
    OBJECT = "object"
    REASSIGN = "reassign"
    UPHOLD = "uphold"
    TAKE_UP = "take_up"
    EXTEND = "extend"
    DRAFT = "draft"
    PASS = "pass"  # noqa: S105 - a reviewer lets it pass
    RETURN_REPLY = "return_reply"
    PUBLISH = "publish"
    ANSWER_JOINED = "answer_joined"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    APPEAL = "appeal"
    APPEAL_AGAIN = "appeal_again"
    DISMISS = "dismiss"
    GRANT = "grant"
    ARCHIVE = "archive"


class Party(StrEnum):
    """Who acts, as seen from the case."""

    AUTHOR = "author"
    #: 交办人: of the mailbox's agency, or of one above it.
    ASSIGNER = "assigner"
    #: 承办人 of the unit that has the case.
    HANDLER = "handler"
    #: 分管领导 of that unit.
    LEADER = "leader"
    #: Who answers an appeal: of the unit above.
    REVIEWER = "reviewer"
    #: Time itself.
    CLOCK = "clock"


@dataclass(frozen=True)
class Move:
    """Where an act leads, and who may take it."""

    to: S
    by: frozenset[Party]


def _by(to: S, *who: Party) -> Move:
    return Move(to, frozenset(who))


_AUTHOR, _ASSIGNER, _CLOCK = Party.AUTHOR, Party.ASSIGNER, Party.CLOCK
_UNIT = (Party.HANDLER, Party.LEADER)

_LEAVE = {CaseAct.WITHDRAW: _by(S.WITHDRAWN, _AUTHOR)}
_JOIN = {CaseAct.MERGE: _by(S.MERGED, _ASSIGNER)}
_REVIEW = {
    CaseAct.ACCEPT: _by(S.ACCEPTED, _ASSIGNER),
    CaseAct.REFUSE: _by(S.NOT_ACCEPTED, _ASSIGNER),
    CaseAct.RETURN_FOR_MORE: _by(S.RETURNED_FOR_MORE, _ASSIGNER),
    CaseAct.TRANSFER_OUT: _by(S.TRANSFERRED, _ASSIGNER),
    **_JOIN,
    **_LEAVE,
}
_TAKE_UP = {CaseAct.TAKE_UP: _by(S.IN_PROGRESS, *_UNIT)}
_OBJECT = {CaseAct.OBJECT: _by(S.OBJECTION, *_UNIT)}
_REASSIGN = {CaseAct.REASSIGN: _by(S.REASSIGNED, _ASSIGNER)}
_EXTEND = {CaseAct.EXTEND: _by(S.EXTENDED, Party.LEADER, _ASSIGNER)}
_DRAFT = {CaseAct.DRAFT: _by(S.REPLY_DRAFTED, *_UNIT)}
_JUDGE = {
    CaseAct.DISMISS: _by(S.CLOSED, Party.REVIEWER),
    CaseAct.GRANT: _by(S.REOPENED, Party.REVIEWER),
}
_ARCHIVE = {CaseAct.ARCHIVE: _by(S.ARCHIVED, _CLOCK)}

TABLE: Mapping[S, Mapping[CaseAct, Move]] = {
    S.SUBMITTED: {CaseAct.BEGIN_REVIEW: _by(S.UNDER_REVIEW, _ASSIGNER), **_REVIEW},
    S.UNDER_REVIEW: _REVIEW,
    S.RETURNED_FOR_MORE: {
        CaseAct.SUPPLEMENT: _by(S.UNDER_REVIEW, _AUTHOR),
        CaseAct.LAPSE: _by(S.NOT_ACCEPTED, _CLOCK),
        **_LEAVE,
    },
    S.NOT_ACCEPTED: {
        CaseAct.RECONSIDER: _by(S.UNDER_REVIEW, _ASSIGNER),
        CaseAct.CONTEST: _by(S.UNDER_REVIEW, _AUTHOR),
        **_ARCHIVE,
    },
    S.ACCEPTED: {
        CaseAct.ASSIGN: _by(S.ASSIGNED, _ASSIGNER),
        CaseAct.TRANSFER_OUT: _by(S.TRANSFERRED, _ASSIGNER),
        **_JOIN,
        **_LEAVE,
    },
    S.ASSIGNED: {**_TAKE_UP, **_OBJECT, **_REASSIGN, **_JOIN, **_LEAVE},
    S.OBJECTION: {**_REASSIGN, CaseAct.UPHOLD: _by(S.UPHELD, _ASSIGNER), **_LEAVE},
    S.REASSIGNED: {**_TAKE_UP, **_OBJECT, **_REASSIGN, **_JOIN, **_LEAVE},
    S.UPHELD: {**_TAKE_UP, **_JOIN, **_LEAVE},
    S.IN_PROGRESS: {**_EXTEND, **_DRAFT, **_REASSIGN, **_JOIN, **_LEAVE},
    S.EXTENDED: {**_DRAFT, **_REASSIGN, **_JOIN, **_LEAVE},
    S.REPLY_DRAFTED: {
        CaseAct.PASS: _by(S.REPLY_DRAFTED, Party.LEADER),
        CaseAct.RETURN_REPLY: _by(S.REPLY_RETURNED, Party.LEADER, _ASSIGNER),
        CaseAct.PUBLISH: _by(S.REPLIED, _ASSIGNER),
    },
    S.REPLY_RETURNED: {**_EXTEND, **_DRAFT, **_REASSIGN},
    S.REPLIED: {
        CaseAct.RATE: _by(S.RATED, _AUTHOR),
        CaseAct.CLOSE: _by(S.CLOSED, _CLOCK),
    },
    S.RATED: {
        CaseAct.RATE: _by(S.RATED, _AUTHOR),
        CaseAct.REOPEN: _by(S.REOPENED, _ASSIGNER),
        CaseAct.CLOSE: _by(S.CLOSED, _ASSIGNER, _CLOCK),
    },
    S.CLOSED: {
        CaseAct.REOPEN: _by(S.REOPENED, _ASSIGNER),
        CaseAct.APPEAL: _by(S.APPEAL, _AUTHOR),
        CaseAct.APPEAL_AGAIN: _by(S.FINAL_APPEAL, _AUTHOR),
        **_ARCHIVE,
    },
    S.REOPENED: {**_TAKE_UP, **_REASSIGN},
    S.APPEAL: _JUDGE,
    S.FINAL_APPEAL: _JUDGE,
    S.ARCHIVED: {},
    S.MERGED: {
        CaseAct.UNMERGE: _by(S.ACCEPTED, _ASSIGNER),
        CaseAct.ANSWER_JOINED: _by(S.REPLIED, _ASSIGNER),
        **_LEAVE,
    },
    S.TRANSFERRED: _ARCHIVE,
    S.WITHDRAWN: _ARCHIVE,
}

#: What is told where an act does not fit, if there is more to say than the general sentence.
SENTENCES: Mapping[CaseAct, str] = {
    CaseAct.SUPPLEMENT: N_("Nothing is asked of you at the moment, so nothing can be added."),
    CaseAct.WITHDRAW: N_("The answer is on its way, so the message can no longer be withdrawn."),
    CaseAct.OBJECT: N_(
        "An objection is raised before the case is taken up, and not after a ruling."
    ),
    CaseAct.RATE: N_("A reply is rated after it was published and before the case is closed."),
    CaseAct.EXTEND: N_("The time can be extended while the case is handled, and once."),
    CaseAct.PUBLISH: N_("Only a reply that was drafted and reviewed can be published."),
    CaseAct.APPEAL: N_("A review can be asked for once, after the case was closed."),
    CaseAct.APPEAL_AGAIN: N_(
        "The final review can be asked for once, after the first was answered."
    ),
    CaseAct.ASSIGN: N_("A case is assigned after it was accepted."),
}
GENERAL = N_("The message is at a stage in which this cannot be done.")


def move(state: S, act: CaseAct) -> Move:
    """Where ``act`` leads from ``state``.

    :raises Conflict: with a sentence, if it leads nowhere from there.
    """
    found = TABLE[state].get(act)
    if found is None:
        raise Conflict(SENTENCES.get(act, GENERAL))
    return found


def acts_of(state: S, parties: Iterable[Party]) -> Iterator[CaseAct]:
    """What one who is ``parties`` may do in ``state``, in the order of the table."""
    wanted = set(parties)
    return (act for act, found in TABLE[state].items() if found.by & wanted)
