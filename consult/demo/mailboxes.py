"""The demo's mailboxes: messages at every stage, each brought there by the acts of its people."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from consult.demo import case_acts, content
from consult.demo.case_acts import Stage
from consult.demo.content import Calendar, Record
from consult.demo.town import Town
from consult.sealing import Vault
from consult.services.grouping import placement, runs
from consult.services.grouping.similarity import TopicIndexes
from consult.services.handling import (
    dispatching,
    duty,
    escalating,
    mailboxes,
    messages,
    passing_time,
    telling,
    working_days,
)
from consult.services.handling.mailboxes import MailboxForm
from consult.services.handling.messages import Message
from consult.services.suggesting import supports
from models.agency import Region
from models.mailbox import Domain, Mailbox
from models.run import RunCause
from models.suggestion import Suggestion, SuggestionKind

FOLDER = content.DATA / "mailboxes"
BATCH = 500


@dataclass(frozen=True, order=True)
class Event:
    """Something that somebody does at a moment; in the order of the file where moments are equal."""

    at: datetime
    order: int
    do: Callable[[datetime], None] = field(compare=False)


def load(
    session: Session, *, town: Town, vault: Vault, indexes: TopicIndexes, calendar: Calendar
) -> int:
    """Open every mailbox and let its messages happen; returns how many there are.

    Between two acts time passes as it would: clocks run out, people are told and warned.
    """
    events: list[Event] = []
    opened = []
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
        stage = _open(session, folder, town=town, vault=vault, calendar=calendar)
        events += _events(stage, _read(folder, "messages"), first=len(events))
        opened.append(stage)
    for event in sorted(events, key=attrgetter("at", "order")):
        _pass_time(session, calendar, event.at)
        event.do(event.at)
    _pass_time(session, calendar, calendar.now)
    for stage in opened:
        _group(session, stage.mailbox, indexes, calendar.now)
    return sum(len(stage.cases) for stage in opened)


def _open(session: Session, folder: Path, *, town: Town, vault: Vault, calendar: Calendar) -> Stage:
    record = _read(folder, "mailbox")
    actor, now = town.people[record["opened_by"]], calendar.at(record["opened"], "09:00")
    officer = record["duty_officer"]
    mailbox = mailboxes.open_mailbox(
        session,
        agency=town.agencies[record["agency"]],
        form=MailboxForm(
            title=record["title"],
            addressee=record["addressee"],
            guidance=record["guidance"],
            report_unit=town.agencies[record["report_unit"]],
            duty_officer=town.people[officer] if officer else None,
            region=session.get_one(Region, record["region"]),
            slug=record["slug"],
        ),
        actor=actor,
        now=now,
    )
    mailbox.topic.language = record["language"]
    for rule in record["catalogue"]:
        region = rule.get("region")
        dispatching.set_unit(
            session,
            mailbox=mailbox,
            domain=Domain(rule["domain"]),
            region=session.get_one(Region, region) if region else None,
            unit=town.agencies[rule["unit"]],
            note=rule.get("note", ""),
            actor=actor,
            now=now,
        )
    return Stage(session, town, vault, calendar, mailbox)


def _events(stage: Stage, records: list[Record], *, first: int) -> Iterator[Event]:
    order = first
    for record in records:
        yield Event(stage.at(record), order, _sending(stage, record))
        for act in record["story"]:
            order += 1
            yield Event(stage.at(act), order, _acting(stage, record["key"], act))
        order += 1


def _sending(stage: Stage, record: Record) -> Callable[[datetime], None]:
    def do(now: datetime) -> None:
        named = record.get("named_unit")
        case = messages.send(
            stage.session,
            mailbox=stage.mailbox,
            author=stage.town.people[record["author"]],
            message=Message(
                title=record["title"],
                facts=record["facts"],
                proposal=record["proposal"],
                place=record["place"],
                kind=SuggestionKind(record["kind"]),
                domain=Domain(record["domain"]),
                region=stage.session.get_one(Region, record["region"]),
                named_unit=stage.town.agencies[named] if named else None,
                publish_text=record["publish_text"],
                publish_name=record["publish_name"],
            ),
            vault=stage.vault,
            calendar=stage.days,
            now=now,
        )
        stage.cases[record["key"]] = case
        _support(stage, case.suggestion, record, now)

    return do


def _acting(stage: Stage, key: str, act: Record) -> Callable[[datetime], None]:
    def do(now: datetime) -> None:
        case = stage.cases[key]
        stage.session.refresh(case)
        case_acts.ACTS[act["act"]](stage, case, stage.town.people[act["by"]], act, now)

    return do


def _support(stage: Stage, suggestion: Suggestion, record: Record, now: datetime) -> None:
    """Neighbours follow it: those who come next in the list of citizens."""
    crowd = sorted(key for key, person in stage.town.people.items() if not person.is_staff)
    start = crowd.index(record["author"])
    for n in range(record["supports"]):
        person = stage.town.people[crowd[(start + 7 * n + 3) % len(crowd)]]
        if person.id != suggestion.author_id:
            supports.give(stage.session, suggestion=suggestion, person=person, now=now)


def _pass_time(session: Session, calendar: Calendar, now: datetime) -> None:
    """What the jobs would have done by then."""
    days = working_days.calendar(session, ZoneInfo(str(calendar.zone)))
    steps: list[Callable[[], int]] = [
        lambda: passing_time.end_what_is_over(session, calendar=days, now=now),
        lambda: telling.tell_arrivals(session, now=now) + telling.tell_steps(session, now=now),
        lambda: telling.tell_notes(session, now=now),
        lambda: escalating.escalate(session, calendar=days, now=now),
        lambda: duty.raise_open(session, now=now),
    ]
    for step in steps:
        while step():
            session.flush()


def _group(session: Session, mailbox: Mailbox, indexes: TopicIndexes, now: datetime) -> None:
    """Group the messages, and let a joined case answer the group it is in."""
    topic = mailbox.topic
    while placement.place_pending(session, topic=topic, indexes=indexes, now=now, limit=BATCH):
        pass
    runs.regroup(session, topic=topic, indexes=indexes, cause=RunCause.NIGHTLY, actor=None, now=now)


def _read(folder: Path, name: str) -> Any:
    """What a file of a mailbox holds: a record, or a list of them."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
