"""Loads the whole demo, by services alone; the same seed makes the same demo."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.demo import answering, consultation, content, grouping, mailboxes, town
from consult.demo.content import Calendar, Story
from consult.sealing import Vault
from consult.services.consultations import topics
from consult.services.grouping.similarity import TopicIndexes
from models.person import Person, Role
from models.suggestion import Suggestion, Support
from models.topic import Topic

SEED = 20_260_615
#: Of the supports that the files tell; enough to see, quick to load.
SHARE_OF_SUPPORTS = 0.35
#: Of the groups of an open consultation, how many staff have gone through so far.
REVIEWED_WHILE_OPEN = 0.6
EARLIEST = -400


@dataclass(frozen=True)
class Loaded:
    """What was made."""

    topics: int
    #: To mailboxes; the suggestions below are all, these among them.
    messages: int
    suggestions: int
    people: int
    supports: int


def is_empty(session: Session) -> bool:
    """Say whether nobody and nothing is there yet."""
    return not session.scalar(select(func.count(Person.id))) and not session.scalar(
        select(func.count(Topic.id))
    )


def load(
    session: Session,
    *,
    vault: Vault,
    indexes: TopicIndexes,
    zone: tzinfo,
    now: datetime,
    progress: Callable[[str], object] = lambda step: None,
) -> Loaded:
    """Make agencies, people, four consultations and two mailboxes at their different stages.

    Takes about fifteen seconds; the moments of all acts lie before ``now``.
    """
    calendar = Calendar(now, zone)
    progress("people")
    inhabitants = town.build(session, vault=vault, now=calendar.at(EARLIEST))
    for story in content.stories():
        progress(story.topic["title"])
        staging = consultation.draft(
            session,
            story=story,
            town=inhabitants,
            calendar=calendar,
            vault=vault,
            random=Random(SEED),  # noqa: S311 - a demo must be the same each time
        )
        _collect(staging, indexes)
        _go_on(staging, story)
    topics.advance_due(session, now=now)
    progress("mailboxes")
    cases = mailboxes.load(
        session, town=inhabitants, vault=vault, indexes=indexes, calendar=calendar
    )
    return Loaded(
        topics=len(content.stories()),
        messages=cases,
        suggestions=_count(session, Suggestion.id),
        people=_count(session, Person.id),
        supports=_count(session, Support.person_id),
    )


def _collect(staging: consultation.Staging, indexes: TopicIndexes) -> None:
    """All but the newest are there when the night's run comes; the rest are placed one by one."""
    records = staging.story.suggestions
    moment = min(staging.topic.closes_at + timedelta(hours=8), staging.calendar.now)
    consultation.collect(staging, records)
    consultation.support(staging, records, share=SHARE_OF_SUPPORTS)
    grouping.group(staging, indexes=indexes, now=moment)


def _go_on(staging: consultation.Staging, story: Story) -> None:
    """Take the consultation as far as its file says it has come."""
    state, labels = story.topic["state"], list(dict.fromkeys(story.labels.values()))
    analysts = _analysts(staging)
    if state == "open":
        reviewed = list(story.groups)[: round(len(story.groups) * REVIEWED_WHILE_OPEN)]
        start = staging.calendar.now - timedelta(hours=20)
        grouping.correct(staging, reviewed, analysts, start)
        return
    answering.start_analysis(staging)
    start = staging.at(story.topic["analysing"], "10:00")
    grouping.correct(staging, labels, analysts, start)
    grouping.review(staging)
    answering.propose(staging)
    if state == "enacted":
        answering.decide(staging)
        answering.enact(staging)


def _analysts(staging: consultation.Staging) -> list[Person]:
    agency = staging.topic.agency
    return [
        person
        for person in staging.town.people.values()
        if any(
            held.role is Role.ANALYST and agency.is_within(held.agency)
            for held in person.appointments
        )
    ]


def _count(session: Session, column: object) -> int:
    return session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def accounts() -> list[content.Record]:
    """The records of the accounts that may be used by whoever tries the demo."""
    people = content.people()
    return [record for record in (*people["staff"], *people["citizens"]) if record["account"]]
