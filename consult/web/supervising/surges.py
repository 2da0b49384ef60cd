"""熔断: the alarms of surges, one alarm with all that is behind it, and what is done about it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, Refusal
from consult.permissions import Permission, can
from consult.services.handling.parties import holds
from consult.services.supervising import surge_levels, surge_pages, surges
from consult.web import current, labels
from consult.web.numbers import number
from consult.web.refusals import translated
from consult.web.supervising.blueprint import bp
from consult.web.supervising.surge_wording import names
from consult.web.zone import zone
from models.person import Role
from models.surge import Level, SurgeAlarm, SurgeVerdict

#: Levels that an alarm can have, the gravest first.
LEVELS = tuple(reversed([level for level in Level if level is not Level.NONE]))


@bp.get("/surges", endpoint="surges")
def list_surges() -> ResponseReturnValue:
    """The alarms that stand, or those that are over; and the mailboxes that are watched."""
    session, reader = current.session(), current.somebody()
    ended, level = request.args.get("tab") == "over", _level()
    mailbox = number(request.args.get("mailbox")) or None
    found = surges.listed(
        session, reader=reader, ended=ended, level=level, topic_id=mailbox, page=_number()
    )
    matters = surges.matters(session, found.items, reader=reader, ended=ended)
    shown = [one for matter in matters.values() for one in (matter.alarm, *matter.parts)]
    return render_template(
        "supervising/surges.html",
        found=found,
        matters=matters,
        names=names(shown),
        ended=ended,
        level=level,
        mailbox=mailbox,
        levels=[(one.value, labels.label(one)) for one in LEVELS],
        watched=surges.watched(session, reader=reader),
        least_days=surge_levels.LEAST_DAYS,
        rules=surge_levels.RULES,
    )


@bp.get("/surges/<int:alarm_id>")
def surge(alarm_id: int) -> ResponseReturnValue:
    """One alarm: how far out of the ordinary it is, what carries it, and its life so far."""
    return _page(alarm_id), HTTPStatus.OK


@bp.post("/surges/<int:alarm_id>/acknowledge")
def acknowledge_surge(alarm_id: int) -> ResponseReturnValue:
    """Take an alarm in hand."""

    def act(alarm: SurgeAlarm) -> None:
        words = request.form.get("note", "")
        surges.acknowledge(current.session(), alarm=alarm, words=words, **_how())

    return _attempt(alarm_id, act, _("You have it in hand."))


@bp.post("/surges/<int:alarm_id>/statement")
def state_surge(alarm_id: int) -> ResponseReturnValue:
    """Put a statement on top of the mailbox."""

    def act(alarm: SurgeAlarm) -> None:
        surges.state(
            current.session(),
            alarm=alarm,
            words=request.form.get("words", ""),
            version=number(request.form.get("version")),
            **_how(),
        )

    return _attempt(alarm_id, act, _("The statement stands on top of the mailbox."))


@bp.post("/surges/<int:alarm_id>/end")
def end_surge(alarm_id: int) -> ResponseReturnValue:
    """Say what it was, and end it."""

    def act(alarm: SurgeAlarm) -> None:
        surges.end(
            current.session(),
            alarm=alarm,
            verdict=_verdict(),
            words=request.form.get("reason", ""),
            version=number(request.form.get("version")),
            **_how(),
        )

    return _attempt(alarm_id, act, _("The alarm is over."))


def _attempt(alarm_id: int, act: Callable[[SurgeAlarm], None], message: str) -> ResponseReturnValue:
    """Do ``act``; a refusal shows the alarm as it stands now, with what was typed."""
    alarm = surges.by_id(current.session(), alarm_id, reader=current.somebody())
    try:
        act(alarm)
    except Refusal as refusal:
        current.session().rollback()
        return _page(alarm_id, refusal), refusal.status
    flash(message, "success")
    return redirect(url_for(".surge", alarm_id=alarm_id))


def _page(alarm_id: int, refusal: Refusal | None = None) -> str:
    session, reader, now = current.session(), current.somebody(), current.now()
    alarm = surges.by_id(session, alarm_id, reader=reader)
    parts = surges.parts(session, alarm)
    pages = surges.told(session, alarm)
    return render_template(
        "supervising/surge.html",
        alarm=alarm,
        parts=parts,
        names=names([alarm, *parts, *_head(alarm)]),
        course=surge_pages.course(session, alarm, now=now, zone=zone()),
        hours=surge_pages.COLUMN,
        carrying=surge_pages.carrying(session, alarm),
        messages=surge_pages.messages(session, alarm, page=_number()),
        steps=surges.steps(session, alarm),
        pages=pages,
        rung={page.id: Level(page.level) for page in pages},
        waits=any(page.is_open for page in pages),
        may_act=surges.may_act(alarm, reader),
        may_join=holds(reader, Role.ASSIGNER, alarm.mailbox.topic.agency),
        may_state=can(reader, Permission.MAILBOX_MANAGE, alarm.mailbox),
        verdicts=labels.choices(SurgeVerdict),
        refusal=translated(refusal) if refusal else "",
        blamed=getattr(refusal, "field", ""),
        typed=request.form if refusal else {},
    )


def _head(alarm: SurgeAlarm) -> list[SurgeAlarm]:
    return [alarm.part_of] if alarm.part_of is not None else []


def _how() -> dict[str, Any]:
    return {"actor": current.somebody(), "now": current.now()}


def _level() -> Level | None:
    """The level that is asked for; nonsense is passed over."""
    wanted = request.args.get("level", "")
    return Level(wanted) if wanted in set(LEVELS) else None


def _number() -> int:
    return max(1, request.args.get("page", 1, type=int))


def _verdict() -> SurgeVerdict:
    said = request.form.get("verdict", "")
    if said not in set(SurgeVerdict):
        raise Invalid(N_("Say what it turned out to be."), field="verdict")
    return SurgeVerdict(said)
