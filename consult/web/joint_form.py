"""The form in which several messages are joined to one case: chosen, with one that stands for all."""

import re
from typing import Any

from flask import request

from consult.exceptions import N_, Invalid
from consult.services.caseload import units
from consult.services.handling import joining_groups
from consult.services.handling.joining_groups import Offer
from consult.web import current, labels
from consult.web.casework import calendar
from consult.web.numbers import is_number, number, numbers
from models.case import Case
from models.cluster import Cluster

#: What a message is called: its mailbox, and its own number.
NUMBER = re.compile(r"\d{1,9}-(\d{1,12})")


def carry_out(offer: Offer, cluster: Cluster | None = None) -> Case:
    """Join what was chosen in this request's form, and return the case that answers it.

    :raises Invalid: if nothing was chosen, or a unit is missing where one is needed.
    """
    lead = number(request.form.get("lead"))
    chosen = seen_versions() | _typed(offer)
    if not {one for one in chosen if one != lead}:
        raise Invalid(N_("Choose at least one other message."), field="id")
    first = _lead(offer, lead)
    wanted = number(request.form.get("unit"))
    asked = joining_groups.assignable(first)
    if asked and not wanted:
        raise Invalid(N_("Choose the unit that answers."), field="unit")
    session = current.session()
    return joining_groups.together(
        session,
        lead=lead,
        chosen=chosen,
        mailbox=offer.mailbox,
        cluster=cluster,
        unit=units.to_assign(session, first, wanted) if asked else None,
        co_units=units.to_help(session, first, numbers(request.form.getlist("co_units")))
        if asked
        else (),
        words=request.form.get("words", ""),
        calendar=calendar(),
        actor=current.somebody(),
        now=current.now(),
    )


def choices(offer: Offer, group: Cluster | None = None) -> dict[str, Any]:
    """What the form shows: the messages, those chosen beforehand, and the units to choose from.

    Chosen beforehand are those of ``group``; without one, all.
    """
    session = current.session()
    mine = joining_groups.of_which(session, offer, group) if group else None
    chosen = {case.id for case in offer.cases if mine is None or case.id in mine}
    lead = number(request.values.get("lead")) or (offer.by_itself.id if offer.by_itself else 0)
    if request.method == "POST":
        chosen = set(seen_versions())
    return {
        "offer": offer,
        "chosen": chosen,
        "lead": lead,
        "units": [(one.id, labels.named(one)) for one in units.choosable(session)],
        "co_units": numbers(request.form.getlist("co_units")),
        "at_once": joining_groups.AT_ONCE,
    }


def seen_versions() -> dict[int, int]:
    """The chosen cases with the version they were seen in, as ``id.version``."""
    found = {}
    for text in request.form.getlist("id"):
        one, _dot, version = text.partition(".")
        if is_number(one) and is_number(version):
            found[number(one)] = number(version)
    return found


def _typed(offer: Offer) -> dict[int, int]:
    """Messages that were added by their numbers, such as 0003-000123.

    :raises Invalid: if one of them is no number of a message here.
    """
    found = set()
    for word in re.split(r"[\s,，、;；]+", request.form.get("more", "").strip()):
        match = NUMBER.fullmatch(word)
        if match is None and word:
            raise Invalid(N_("“%(no)s” is no number of a message."), field="more", no=word[:20])
        if match is not None:
            found.add(int(match[1]))
    return joining_groups.numbered(current.session(), offer.mailbox, found) if found else {}


def _lead(offer: Offer, wanted: int) -> Case:
    """The case that is to answer, of those that were offered."""
    for case in (*offer.cases, *(case for case, _number in offer.leads)):
        if case.id == wanted:
            return case
    raise Invalid(N_("Choose the message that stands for all."), field="lead")
