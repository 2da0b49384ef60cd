"""What a drafter writes of a consultation, and what it must look like."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from consult.exceptions import N_, Invalid
from models.topic import Question, Topic, TopicKind, TopicMode

LONGEST_TITLE = 200
LONGEST_SUMMARY = 300
LONGEST_EXPLANATION = 50_000
LONGEST_REASON = 500
MOST_QUESTIONS = 20
LONGEST_QUESTION = 500


@dataclass(frozen=True, kw_only=True)
class TopicBrief:
    """The words and times of a topic; ``explanation`` is Markdown, empty questions are dropped."""

    title: str
    kind: TopicKind
    opens_at: datetime
    closes_at: datetime
    mode: TopicMode = TopicMode.CONSULTATION
    summary: str = ""
    explanation: str = ""
    language: str = "zh_Hans_CN"
    region_code: str | None = None
    short_window_reason: str = ""
    allows_anonymous: bool = False
    questions: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The values of the columns of the same names."""
        names = [field.name for field in fields(self) if field.name != "questions"]
        return {name: getattr(self, name) for name in names}


def brief_of(topic: Topic) -> TopicBrief:
    """The brief that ``topic`` was made of."""
    names = [field.name for field in fields(TopicBrief) if field.name != "questions"]
    values = {name: getattr(topic, name) for name in names}
    return TopicBrief(**values, questions=tuple(map(_text_of, topic.questions)))


def checked(brief: TopicBrief) -> TopicBrief:
    """``brief`` without blanks at the ends and without empty questions.

    :raises Invalid: naming the field at fault.
    """
    tidy = replace(
        brief,
        title=" ".join(brief.title.split()),
        summary=" ".join(brief.summary.split()),
        explanation=brief.explanation.strip(),
        short_window_reason=brief.short_window_reason.strip(),
        questions=tuple(text.strip() for text in brief.questions if text.strip()),
    )
    if not tidy.title:
        raise Invalid(N_("Give it a title."), field="title")
    if tidy.closes_at <= tidy.opens_at:
        raise Invalid(N_("The closing time must be after the opening time."), field="closes_at")
    _check_lengths(tidy)
    return tidy


def _check_lengths(brief: TopicBrief) -> None:
    limits = {
        "title": LONGEST_TITLE,
        "summary": LONGEST_SUMMARY,
        "explanation": LONGEST_EXPLANATION,
        "short_window_reason": LONGEST_REASON,
    }
    for name, limit in limits.items():
        if len(getattr(brief, name)) > limit:
            raise Invalid(N_("Keep this under %(limit)d characters."), field=name, limit=limit)
    if len(brief.questions) > MOST_QUESTIONS:
        message = N_("Ask at most %(limit)d questions.")
        raise Invalid(message, field="questions", limit=MOST_QUESTIONS)
    if any(len(text) > LONGEST_QUESTION for text in brief.questions):
        message = N_("Keep each question under %(limit)d characters.")
        raise Invalid(message, field="questions", limit=LONGEST_QUESTION)


def _text_of(question: Question) -> str:
    return question.text
