"""What an entry of the ledger is about and says, in words; what nobody has named is shown as it stands."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import LazyString, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consult.services.handling.reception import Refused
from consult.services.handling.visits import Visitor, VisitResult
from consult.services.suggesting.suggestions import RefusalReason
from consult.web import labels
from models.case import CaseState
from models.cluster import Verdict
from models.duty import DutyCause
from models.ledger import LedgerEntry
from models.mailbox import Domain, TimeUnit, Track, Urgency
from models.person import PersonKind, Role
from models.reply import ReturnReason
from models.run import RunCause
from models.supervision import ExclusionReason
from models.surge import Level, SurgeVerdict
from models.topic import Topic, TopicState

SUBJECTS: dict[str, LazyString] = {
    "agency": _l("Agency"),
    "case_file": _l("Case"),
    "cluster": _l("Group"),
    "decision": _l("Decision"),
    "document": _l("Draft or final text"),
    "person": _l("Person"),
    "reply": _l("Reply"),
    "run": _l("Grouping run"),
    "suggestion": _l("Suggestion or message"),
    "surge_alarm": _l("Surge alarm"),
    "theme": _l("Theme"),
    "topic": _l("Consultation or mailbox"),
    "transfer": _l("Import or export"),
}
#: Where a subject can be read, and what its number is called in the address.
ADDRESSES = {
    "case_file": ("handling.case", "case_id"),
    "cluster": ("office.group", "cluster_id"),
    "decision": ("office.decision", "id"),
    "suggestion": ("public.suggestion", "id"),
    "surge_alarm": ("supervising.surge", "alarm_id"),
}
KEYS: dict[str, LazyString] = {
    "agency_id": _l("Agency"),
    "amount": _l("Amount"),
    "approved": _l("Approved"),
    "by": _l("Who called"),
    "case": _l("Case"),
    "cause": _l("Why"),
    "clauses": _l("Number of clauses"),
    "cluster": _l("Group"),
    "code": _l("Reason"),
    "decisions": _l("Decisions"),
    "digest": _l("Digest of the words"),
    "domain": _l("Domain"),
    "into": _l("Into"),
    "joined_to": _l("Joined to case"),
    "kind": _l("Kind"),
    "level": _l("Level"),
    "meeting": _l("Joint meeting"),
    "notices": _l("Notices"),
    "other": _l("Compared with"),
    "passed": _l("Passed"),
    "people": _l("People"),
    "reason": _l("Reason"),
    "region": _l("Region"),
    "reply": _l("Reply"),
    "result": _l("Result"),
    "role": _l("Role"),
    "ruling": _l("By a ruling"),
    "satisfied": _l("Satisfied"),
    "state": _l("State"),
    "suggestion": _l("Suggestion or message"),
    "theme": _l("Theme"),
    "to": _l("Told to"),
    "track": _l("Track"),
    "units": _l("Units"),
    "until": _l("Until"),
    "upheld": _l("Upheld"),
    "urgency": _l("Urgency"),
    "verdict": _l("Verdict"),
    "year": _l("Year"),
}
MEMBERS: dict[str, tuple[type[StrEnum], ...]] = {
    "by": (Visitor,),
    "cause": (RunCause, DutyCause),
    "code": (Refused, ReturnReason),
    "domain": (Domain,),
    "kind": (PersonKind,),
    "level": (Urgency, Level),
    "reason": (ExclusionReason, RefusalReason),
    "result": (VisitResult,),
    "role": (Role,),
    "state": (CaseState, TopicState),
    "track": (Track,),
    "unit": (TimeUnit,),
    "urgency": (Urgency,),
    "verdict": (Verdict, SurgeVerdict),
}
TOLD = {"leader": _l("Who leads the unit"), "supervisor": _l("Supervisors")}


def subject(entry: LedgerEntry) -> str:
    """What kind of thing it is, and its number."""
    kind = SUBJECTS.get(entry.subject_type, entry.subject_type)
    return f"{kind} {entry.subject_id}"


def address(entry: LedgerEntry, topics: Mapping[int, Topic]) -> str | None:
    """Where the thing can be read; some things have no page of their own."""
    if entry.subject_type == Topic.__tablename__:
        topic = topics.get(entry.subject_id)
        if topic is None:
            return None
        return url_for("handling.mailbox" if topic.is_mailbox else "office.topic", slug=topic.slug)
    if entry.subject_type not in ADDRESSES:
        return None
    endpoint, name = ADDRESSES[entry.subject_type]
    parts: dict[str, Any] = {name: entry.subject_id}
    return url_for(endpoint, **parts)


def details(entry: LedgerEntry) -> list[tuple[str, str]]:
    """What is kept with the act: each name and what it is set to."""
    return [(_name(key, kept), _said(key, kept)) for key, kept in sorted(entry.detail.items())]


def _name(key: str, kept: Any) -> str:
    if key == "unit":  # of time where it is a word, else the number of an agency
        return str(_("Counted in") if isinstance(kept, str) else _("Agency"))
    return str(KEYS.get(key, key))


def _said(key: str, kept: Any) -> str:
    if kept in (None, "") or kept == []:
        return "–"
    if isinstance(kept, bool):
        return str(_("Yes") if kept else _("No"))
    if isinstance(kept, list):
        return ", ".join(str(one) for one in kept)
    if not isinstance(kept, str):
        return json.dumps(kept, ensure_ascii=False)
    if key == "until":
        return _moment(kept)
    return str(TOLD.get(kept, kept) if key == "to" else _member(key, kept))


def _moment(kept: str) -> str:
    try:
        return str(format_datetime(datetime.fromisoformat(kept), "yyyy-MM-dd HH:mm"))
    except ValueError:
        return kept


def _member(key: str, kept: str) -> LazyString | str:
    for members in MEMBERS.get(key, ()):
        if kept in set(members):
            return labels.label(members(kept))
    return str(kept)
