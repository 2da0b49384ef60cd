"""What may be done in which state of a consultation: one table, state → allowed acts."""

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
    TopicAct.CHANGE_SUGGESTION,
    TopicAct.WITHDRAW,
    TopicAct.SUPPORT,
}

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

#: What a refused act is answered with, where there is more to say than "not now".
SENTENCES: dict[TopicAct, str] = {
    TopicAct.SUGGEST: N_("This consultation is not open for suggestions."),
    TopicAct.SUPPORT: N_("This consultation is not open, so support can no longer change."),
    TopicAct.CHANGE_SUGGESTION: N_("This consultation has closed: suggestions stay as they are."),
    TopicAct.WITHDRAW: N_("The decisions are out, so a suggestion can no longer be withdrawn."),
    TopicAct.EDIT: N_("A published consultation is not edited; its window can be changed."),
    TopicAct.PUBLISH_DECISIONS: N_("Decisions are published while the consultation is analysed."),
}


def state_at(topic: Topic, now: datetime) -> TopicState:
    """The state by the clock: opening and closing take effect on time, whoever is late."""
    if topic.state in {TopicState.PLANNED, TopicState.OPEN}:
        if now >= topic.closes_at:
            return TopicState.CLOSED
        return TopicState.OPEN if now >= topic.opens_at else TopicState.PLANNED
    return topic.state


def allows(topic: Topic, act: TopicAct, now: datetime) -> bool:
    """Say whether the state of ``topic`` allows ``act``."""
    return act in ALLOWED[state_at(topic, now)]


def require_phase(topic: Topic, act: TopicAct, now: datetime) -> None:
    """Go on quietly, or raise :exc:`~consult.exceptions.NotInThisPhase`."""
    if not allows(topic, act, now):
        raise NotInThisPhase(SENTENCES.get(act, NotInThisPhase.default))
