"""How long things may take in a mailbox: every limit in one table, changed together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consult.exceptions import N_, Invalid, Refusal
from consult.permissions import Permission, can
from consult.services.handling import allowances, working_days
from consult.services.handling.allowances import AT_LEAST, AT_MOST, DEFAULTS, Allowance
from consult.services.handling.clocks import MOMENT
from consult.services.handling.working_days import Limit
from consult.web import casework, current
from consult.web.handling.blueprint import bp
from consult.web.handling.mailbox_pages import in_care, to_manage
from consult.web.numbers import number
from consult.web.refusals import translated
from models.mailbox import ClockRule, Mailbox, TimeUnit

#: Every limit that a clock goes by, in the order in which a case meets them.
NAMES: Mapping[str, tuple[LazyString, tuple[tuple[str, LazyString], ...]]] = {
    "reception": (
        _l("Review and acceptance"),
        (
            ("review", _l("To look at a new message")),
            ("acceptance", _l("To say whether it is accepted")),
            ("supplement", _l("For the author to add what is missing")),
            ("objection", _l("To rule on an objection to the assignment")),
        ),
    ),
    "reply": (
        _l("Reply, by kind and urgency"),
        (
            ("reply_danger", _l("Danger")),
            ("reply_supply", _l("Water, power, gas or heating is off")),
            ("reply_question", _l("Question")),
            ("reply_advice", _l("Suggestion")),
            ("reply_complaint", _l("Complaint")),
            ("reply_help", _l("Request for help")),
            ("reply_praise", _l("Thanks")),
            ("reply_investigation", _l("Where facts must be found out first")),
            ("reply_petition", _l("Petition")),
            ("extension", _l("An extension, once")),
            ("extension_petition", _l("An extension of a petition, once")),
        ),
    ),
    "after": (
        _l("After the reply"),
        (
            ("rating", _l("For the author to rate")),
            ("follow_up", _l("To follow up a low rating")),
            ("appeal_window", _l("For the author to ask for a review")),
            ("appeal", _l("To answer a review")),
        ),
    ),
    "late": (
        _l("When a time limit has run out"),
        (
            ("warn_leader", _l("Until the unit's leader is told")),
            ("warn_supervisor", _l("Until the supervisor is told")),
        ),
    ),
}


@dataclass(frozen=True)
class Row:
    """One limit as the table shows it."""

    name: str
    label: LazyString
    default: Allowance
    own: ClockRule | None
    #: What the fields show: what holds, or what was typed.
    amount: str
    unit: str
    seen: str
    #: When it would run out if it began now.
    limit: Limit
    most: int | None
    least: int | None
    error: str = ""

    @property
    def in_hours(self) -> bool:
        """It runs out at a moment; those in days with the end of one."""
        return self.seen.endswith(TimeUnit.HOURS.value)

    @property
    def last_day(self) -> datetime:
        """A moment of the last day."""
        return self.limit.at - MOMENT


@bp.get("/mailboxes/<slug>/times", endpoint="allowances")
def show_allowances(slug: str) -> ResponseReturnValue:
    """Every limit, who set it, and when it would run out if it began now."""
    return _page(in_care(slug))


@bp.post("/mailboxes/<slug>/times")
def set_allowances(slug: str) -> ResponseReturnValue:
    """Set those that were changed; all of them, or none where one cannot be."""
    found, name = to_manage(slug), ""
    try:
        for name in _changed():
            allowances.set_allowance(
                current.session(),
                mailbox=found,
                name=name,
                allowance=_typed(name),
                seen=_read(request.form.get(f"seen-{name}", "")),
                actor=current.somebody(),
                now=current.now(),
            )
    except Refusal as refusal:
        current.session().rollback()
        return _page(to_manage(slug), name, refusal), refusal.status
    flash(_("Saved. Clocks that run keep the time they were given."), "success")
    return redirect(url_for(".allowances", slug=slug))


@bp.post("/mailboxes/<slug>/times/<name>/default")
def drop_allowance(slug: str, name: str) -> ResponseReturnValue:
    """Let the limit of the house hold again."""
    allowances.drop_allowance(
        current.session(),
        mailbox=to_manage(slug),
        name=name,
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("The usual time holds again."), "success")
    return redirect(url_for(".allowances", slug=slug))


def _changed() -> list[str]:
    """The limits whose fields say other than they said when the page was made."""
    known = (name for _title, names in NAMES.values() for name, _label in names)
    return [
        name
        for name in known
        if f"amount-{name}" in request.form and _said(name) != request.form.get(f"seen-{name}")
    ]


def _said(name: str) -> str:
    return f"{request.form[f'amount-{name}'].strip()} {request.form.get(f'unit-{name}', '')}"


def _typed(name: str) -> Allowance:
    unit = request.form.get(f"unit-{name}", "")
    if unit not in set(TimeUnit):
        raise Invalid(N_("Choose hours, working days or calendar days."))
    return Allowance(number(request.form[f"amount-{name}"].strip()), TimeUnit(unit))


def _read(seen: str) -> Allowance | None:
    amount, _blank, unit = seen.partition(" ")
    return Allowance(number(amount), TimeUnit(unit)) if unit in set(TimeUnit) else None


def _page(mailbox: Mailbox, wrong: str = "", refusal: Refusal | None = None) -> str:
    session, calendar, now = current.session(), casework.calendar(), current.now()
    holding = allowances.allowances(session, mailbox)
    own = allowances.rows_of(session, mailbox)

    def row(name: str, label: LazyString) -> Row:
        holds = holding[name]
        typed = request.form if refusal else {}
        return Row(
            name=name,
            label=label,
            default=DEFAULTS[name],
            own=own.get(name),
            amount=typed.get(f"amount-{name}", str(holds.amount)),
            unit=typed.get(f"unit-{name}", holds.unit.value),
            seen=f"{holds.amount} {holds.unit.value}",
            limit=calendar.limit(now, holds.amount, holds.unit),
            most=AT_MOST.get(name),
            least=AT_LEAST.get(name),
            error=translated(refusal) if refusal and name == wrong else "",
        )

    groups = [
        (title, [row(name, label) for name, label in names]) for title, names in NAMES.values()
    ]
    return render_template(
        "handling/allowances.html",
        mailbox=mailbox,
        groups=groups,
        units=list(TimeUnit),
        may_manage=can(current.person(), Permission.MAILBOX_MANAGE, mailbox),
        unknown_year=working_days.unknown_soon(calendar, now),
        refused=translated(refusal) if refusal else "",
    )
