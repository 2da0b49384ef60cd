"""What may be done in which state of a consultation: one table, state → allowed acts.

A mailbox has two states only, open and closed, and a row of its own for each: its messages are
cases, and what may be done with them is :mod:`consult.services.handling.moves`.
"""

from datetime import datetime
from enum import StrEnum

from consult.exceptions import N_, NotInThisPhase
from models.topic import Topic, TopicState


class TopicAct(StrEnum):
    """Acts that depend on the state of a topic."""

    EDIT = "edit"
    PUBLISH = "publish"
    CHANGE_WINDOW = "change_window"
    SUGGEST = "suggest"
    #: Send a message to a mailbox.
    WRITE = "write"
    ATTACH = "attach"
    CHANGE_SUGGESTION = "change_suggestion"
    WITHDRAW = "withdraw"
    SUPPORT = "support"
    IMPORT = "import"
    GROUP = "group"
    REVIEW = "review"
    START_ANALYSIS = "start_analysis"
    PROPOSE = "propose"
    APPROVE = "approve"
    PUBLISH_DECISIONS = "publish_decisions"
    ENACT = "enact"
    EVALUATE = "evaluate"


_STAFF = {TopicAct.IMPORT, TopicAct.GROUP, TopicAct.REVIEW, TopicAct.PROPOSE, TopicAct.APPROVE}
_PUBLIC = {
    TopicAct.SUGGEST,
    TopicAct.ATTACH,
    TopicAct.CHANGE_SUGGESTION,
    TopicAct.WITHDRAW,
    TopicAct.SUPPORT,
}
_GROUPS = {TopicAct.GROUP, TopicAct.REVIEW}

ALLOWED: dict[TopicState, frozenset[TopicAct]] = {
    TopicState.DRAFT: frozenset({TopicAct.EDIT, TopicAct.PUBLISH}),
    TopicState.PLANNED: frozenset({TopicAct.CHANGE_WINDOW, TopicAct.IMPORT}),
    TopicState.OPEN: frozenset({TopicAct.CHANGE_WINDOW, *_PUBLIC, *_STAFF}),
    TopicState.CLOSED: frozenset({TopicAct.WITHDRAW, TopicAct.START_ANALYSIS, *_STAFF}),
    TopicState.ANALYSING: frozenset({TopicAct.WITHDRAW, TopicAct.PUBLISH_DECISIONS, *_STAFF}),
    TopicState.REPORTED: frozenset({TopicAct.ENACT}),
    TopicState.ENACTED: frozenset({TopicAct.EVALUATE}),
    TopicState.EVALUATED: frozenset(),
}

#: Support goes on after the last message: who stands behind one that is in hand is told.
OF_MAILBOX: dict[TopicState, frozenset[TopicAct]] = {
    TopicState.OPEN: frozenset({TopicAct.WRITE, TopicAct.ATTACH, TopicAct.SUPPORT, *_GROUPS}),
    TopicState.CLOSED: frozenset({TopicAct.ATTACH, TopicAct.SUPPORT, *_GROUPS}),
}

#: What a refused act is answered with, where there is more to say than "not now".
SENTENCES: dict[TopicAct, str] = {
    TopicAct.SUGGEST: N_("This consultation is not open for suggestions."),
    TopicAct.SUPPORT: N_("This consultation is not open, so support can no longer change."),
    TopicAct.CHANGE_SUGGESTION: N_("This consultation has closed: suggestions stay as they are."),
    TopicAct.WITHDRAW: N_("The decisions are out, so a suggestion can no longer be withdrawn."),
    TopicAct.EDIT: N_("A published consultation is not edited; its window can be changed."),
    TopicAct.PUBLISH_DECISIONS: N_("Decisions are published while the consultation is analysed."),
}
#: The same for a mailbox.
SENTENCES_OF_MAILBOX: dict[TopicAct, str] = {
    TopicAct.WRITE: N_("This mailbox is closed and takes no more messages."),
    TopicAct.SUGGEST: N_("This is a mailbox: write a message to it on its own page."),
    TopicAct.IMPORT: N_("Tables cannot be brought into a mailbox: each message becomes a case."),
    TopicAct.CHANGE_SUGGESTION: N_(
        "A message stays as it was sent; you can add to it when its unit asks."
    ),
    TopicAct.WITHDRAW: N_("A message to a mailbox is taken back on its own page."),
}
NOT_OF_MAILBOX = N_("This is a mailbox: its messages are answered one by one, as cases.")


def state_at(topic: Topic, now: datetime) -> TopicState:
    """The state by the clock: opening and closing take effect on time, whoever is late."""
    if topic.state in {TopicState.PLANNED, TopicState.OPEN}:
        if now >= topic.closes_at:
            return TopicState.CLOSED
        return TopicState.OPEN if now >= topic.opens_at else TopicState.PLANNED
    return topic.state


def allows(topic: Topic, act: TopicAct, now: datetime) -> bool:
    """Say whether the state of ``topic`` allows ``act``."""
    return act in allowed(topic, now)


def allowed(topic: Topic, now: datetime) -> frozenset[TopicAct]:
    """All acts that the state of ``topic`` allows."""
    state = state_at(topic, now)
    return OF_MAILBOX.get(state, frozenset()) if topic.is_mailbox else ALLOWED[state]


def require_consultation(topic: Topic) -> None:
    """Go on quietly, or say that messages to a mailbox are handled as cases.

    :raises NotInThisPhase: if it is a mailbox.
    """
    if topic.is_mailbox:
        raise NotInThisPhase(NOT_OF_MAILBOX)


def require_phase(topic: Topic, act: TopicAct, now: datetime) -> None:
    """Go on quietly, or raise :exc:`~consult.exceptions.NotInThisPhase`."""
    if allows(topic, act, now):
        return
    if topic.is_mailbox:
        raise NotInThisPhase(SENTENCES_OF_MAILBOX.get(act, NOT_OF_MAILBOX))
    raise NotInThisPhase(SENTENCES.get(act, NotInThisPhase.default))
