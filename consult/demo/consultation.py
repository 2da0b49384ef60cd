"""One consultation of the demo: drafted, opened, answered by the public, grouped."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from consult.demo.content import Calendar, Record, Story
from consult.demo.town import Town
from consult.sealing import Vault
from consult.services.consultations import documents, topics
from consult.services.consultations.topic_briefs import TopicBrief
from consult.services.suggesting import suggestions, supports
from models.document import Clause, Document, DocumentKind
from models.suggestion import Channel, Suggestion, SuggestionKind
from models.topic import Question, Topic, TopicKind


@dataclass
class Staging:
    """A consultation while it is being staged, with what was made so far by the files' keys."""

    session: Session
    story: Story
    town: Town
    calendar: Calendar
    vault: Vault
    random: Random
    topic: Topic
    suggestions: dict[str, Suggestion] = field(default_factory=dict)

    def at(self, day: int, hours: str = "12:00") -> datetime:
        """A moment of the files."""
        return self.calendar.at(day, hours)


def draft(
    session: Session, *, story: Story, town: Town, calendar: Calendar, vault: Vault, random: Random
) -> Staging:
    """Draft and publish the consultation with its text split into clauses."""
    record = story.topic
    drafter, published = town.people[record["drafter"]], calendar.at(record["published"], "10:00")
    topic = topics.draft(
        session,
        agency=town.agencies[record["agency"]],
        brief=_brief(story, calendar),
        slug=record["slug"],
        actor=drafter,
        now=published,
    )
    if text := story.text("draft.txt"):
        documents.set_text(
            session,
            topic=topic,
            kind=DocumentKind.DRAFT,
            title=record["draft_title"],
            text=text,
            actor=drafter,
            now=published,
        )
    topics.publish(session, topic=topic, actor=drafter, now=published, zone=calendar.zone)
    return Staging(session, story, town, calendar, vault, random, topic)


def _brief(story: Story, calendar: Calendar) -> TopicBrief:
    record = story.topic
    return TopicBrief(
        title=record["title"],
        summary=record.get("summary") or "",
        kind=TopicKind(record["kind"]),
        opens_at=calendar.at(record["opens"], "09:00"),
        closes_at=calendar.at(record["closes"], "18:00"),
        explanation=story.text("explanation.md"),
        language=record["language"],
        region_code=record["region"],
        short_window_reason=record["short_window_reason"] or "",
        allows_anonymous=record["allow_anonymous"],
        questions=tuple(question["text"] for question in record["questions"]),
    )


def collect(staging: Staging, records: list[Record]) -> None:
    """Let people send what is in ``records``, each at its own moment."""
    clauses, questions = _clauses(staging), _questions(staging)
    for record in records:
        anchor = record["speaks_to"]
        staging.suggestions[record["key"]] = suggestions.submit(
            staging.session,
            topic=staging.topic,
            author=staging.town.people[record["author"]],
            title=record["title"],
            facts=record["facts"] or record["proposal"],
            proposal=record["proposal"] if record["facts"] else "",
            place=record["place"] or "",
            kind=SuggestionKind(record["kind"]),
            channel=Channel(record["channel"]),
            clause=clauses.get(anchor),
            question=questions.get(anchor),
            publish_text=record["publish_text"],
            publish_name=record["publish_name"],
            vault=staging.vault,
            now=staging.at(record["day"], record["time"]),
        )


def support(staging: Staging, records: list[Record], *, share: float) -> None:
    """Let people support what was sent, while the window is open; ``share`` of the files' numbers."""
    crowd = sorted(key for key, person in staging.town.people.items() if not person.is_staff)
    last = min(staging.calendar.now, staging.topic.closes_at)
    for record in records:
        suggestion = staging.suggestions[record["key"]]
        others = [key for key in crowd if key != record["author"]]
        if not suggestion.is_public:
            continue
        for key in staging.random.sample(others, round(record["supports"] * share)):
            wait = (last - suggestion.created_at) * staging.random.random() * 0.9
            supports.give(
                staging.session,
                suggestion=suggestion,
                person=staging.town.people[key],
                now=suggestion.created_at + wait,
            )


def _clauses(staging: Staging) -> dict[str, Clause]:
    document: Document | None = documents.of_topic(
        staging.session, staging.topic, DocumentKind.DRAFT
    )
    return {clause.anchor: clause for clause in document.clauses} if document else {}


def _questions(staging: Staging) -> dict[str, Question]:
    asked = staging.story.topic["questions"]
    return {
        record["anchor"]: question
        for record, question in zip(asked, staging.topic.questions, strict=True)
    }
