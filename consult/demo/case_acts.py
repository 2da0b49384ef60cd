"""What the people of the demo do to messages, by the names of the files."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.demo.content import Calendar, Record
from consult.demo.town import Town
from consult.sealing import Vault
from consult.services.handling import (
    appeals,
    assigning,
    clocks,
    duty,
    joining,
    judging_replies,
    meetings,
    notes,
    reception,
    replying,
    triage,
    visits,
    working_days,
)
from consult.services.handling.judging_replies import Stars
from consult.services.handling.meetings import MeetingForm
from consult.services.handling.reception import Refused
from consult.services.handling.replying import Outcome
from consult.services.handling.visits import Visitor, VisitResult
from models.agency import Agency
from models.case import Case
from models.casework import MeetingOutcome
from models.duty import DutyPage
from models.mailbox import Mailbox, Track, Urgency
from models.person import Person
from models.reply import Reply, ReturnReason

#: A day in a text, such as ``{-3}``: three days before the demo was loaded.
DAY = re.compile(r"\{(-?\d+)\}")


@dataclass
class Stage:
    """A mailbox while its messages happen, with their cases by the files' keys."""

    session: Session
    town: Town
    vault: Vault
    calendar: Calendar
    mailbox: Mailbox
    cases: dict[str, Case] = field(default_factory=dict)

    @property
    def days(self) -> working_days.Calendar:
        """The calendar of working days."""
        return working_days.calendar(self.session, ZoneInfo(str(self.calendar.zone)))

    def at(self, record: Record) -> datetime:
        """The moment of a record."""
        return self.calendar.at(record["day"], record["time"])

    def unit(self, record: Record) -> Agency:
        """The unit that a record names."""
        return self.town.agencies[record["unit"]]

    def co_units(self, record: Record) -> list[Agency]:
        """The units that help."""
        return [self.town.agencies[key] for key in record.get("co_units", ())]

    def dated(self, text: str) -> str:
        """A text with its days filled in, as its language writes them."""
        today = self.calendar.now.astimezone(self.calendar.zone).date()
        english = self.mailbox.topic.language == "en"

        def day(found: re.Match[str]) -> str:
            date = today + timedelta(days=int(found[1]))
            return f"{date.day} {date:%B}" if english else f"{date.month}月{date.day}日"

        return DAY.sub(day, text)


Act = Callable[[Stage, Case, Person, Record, datetime], object]


def _plain(service: Callable[..., object], **named: Callable[[Stage, Record], Any]) -> Act:
    """An act that takes a case with its times, and what ``named`` reads from the record."""

    def act(stage: Stage, case: Case, actor: Person, record: Record, now: datetime) -> object:
        return service(
            stage.session,
            case=case,
            times=clocks.times(stage.session, case, stage.days),
            actor=actor,
            now=now,
            **{name: read(stage, record) for name, read in named.items()},
        )

    return act


def _versioned(service: Callable[..., object], **named: Callable[[Stage, Record], Any]) -> Act:
    """One that comes from a form which somebody has just seen."""

    def act(stage: Stage, case: Case, actor: Person, record: Record, now: datetime) -> object:
        return _plain(service, version=lambda _stage, _record: case.version, **named)(
            stage, case, actor, record, now
        )

    return act


def _on_reply(service: Callable[..., object], **named: Callable[[Stage, Record], Any]) -> Act:
    """One on the reply that is drafted."""

    def act(stage: Stage, case: Case, actor: Person, record: Record, now: datetime) -> object:
        reply: Reply | None = replying.current(stage.session, case)
        return _plain(
            service,
            reply=lambda _stage, _record: reply,
            version=lambda _stage, _record: reply.version if reply else 0,
            **named,
        )(stage, case, actor, record, now)

    return act


def _said(key: str = "words") -> Callable[[Stage, Record], str]:
    return lambda stage, record: stage.dated(record.get(key, ""))


def _join(stage: Stage, case: Case, actor: Person, record: Record, now: datetime) -> None:
    joining.join(
        stage.session,
        lead=case,
        others=[stage.cases[key] for key in record["others"]],
        times=clocks.times(stage.session, case, stage.days),
        actor=actor,
        now=now,
    )


def _acknowledge(stage: Stage, case: Case, actor: Person, record: Record, now: datetime) -> None:
    newest = select(DutyPage).filter_by(case_id=case.id).order_by(DutyPage.id.desc()).limit(1)
    rung = stage.session.scalars(newest).one()
    duty.acknowledge(stage.session, number=rung.id, note=record["note"], actor=actor, now=now)


def _note(stage: Stage, case: Case, actor: Person, record: Record, now: datetime) -> None:
    notes.write(stage.session, case=case, text=record["text"], actor=actor, now=now)


def _meet(stage: Stage, case: Case, actor: Person, record: Record, now: datetime) -> None:
    meetings.record(
        stage.session,
        case=case,
        form=MeetingForm(
            held_on=now.astimezone(stage.calendar.zone).date(),
            subject=case.suggestion.title,
            units=[stage.town.agencies[key] for key in record["units"]],
            outcome=MeetingOutcome(record["outcome"]),
            decision=record["minutes"],
        ),
        calendar=stage.days,
        actor=actor,
        now=now,
    )


def _visit(stage: Stage, case: Case, actor: Person, record: Record, now: datetime) -> None:
    visits.record(
        stage.session,
        case=case,
        visitor=Visitor(record.get("visitor", "unit")),
        result=VisitResult(record["result"]),
        satisfied=record.get("satisfied"),
        note=stage.dated(record["note"]),
        actor=actor,
        now=now,
    )


ACTS: Mapping[str, Act] = {
    "begin_review": _plain(reception.begin),
    "accept": _versioned(
        reception.accept, track=lambda _s, record: Track(record.get("track", "ordinary"))
    ),
    "refuse": _versioned(
        reception.refuse,
        reason=lambda _s, record: Refused(record["reason"]),
        channel=_said("channel"),
        words=_said(),
    ),
    "return_for_more": _versioned(reception.return_for_more, words=_said()),
    "transfer_out": _versioned(reception.transfer_out, receiver=_said("receiver"), words=_said()),
    "withdraw": _plain(reception.withdraw),
    "triage": _plain(triage.confirm, urgency=lambda _s, record: Urgency(record["urgency"])),
    "assign": _versioned(assigning.assign, unit=Stage.unit, co_units=Stage.co_units, words=_said()),
    "object": _versioned(assigning.object_to, words=_said()),
    "reassign": _versioned(
        assigning.reassign,
        unit=Stage.unit,
        co_units=Stage.co_units,
        words=_said(),
        ruling=lambda _s, record: record.get("ruling", False),
    ),
    "take_up": _versioned(assigning.take_up),
    "join": _join,
    "extend": _versioned(replying.extend, words=_said()),
    "draft": _versioned(
        replying.draft,
        text=_said("text"),
        outcome=lambda _s, record: Outcome(record["outcome"]),
        lines=lambda stage, record: {
            stage.cases[key].id: stage.dated(line) for key, line in record.get("lines", {}).items()
        },
    ),
    "pass": _on_reply(replying.let_pass),
    "return_reply": _on_reply(
        replying.send_back,
        code=lambda _s, record: ReturnReason(record["code"]),
        note=_said("note"),
    ),
    "publish": _on_reply(replying.publish),
    "rate": _plain(
        judging_replies.rate,
        stars=lambda _s, record: Stars(*record["stars"]),
        words=_said(),
        asked_for_praise=lambda _s, record: record["asked_for_praise"],
    ),
    "reopen": _plain(judging_replies.reopen, words=_said()),
    "appeal": _plain(appeals.ask, words=_said()),
    "acknowledge": _acknowledge,
    "note": _note,
    "meeting": _meet,
    "visit": _visit,
}
