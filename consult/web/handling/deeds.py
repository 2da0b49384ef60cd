"""What is done on the shared page of acts: for each act its form, its service and its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consult.exceptions import NotFound
from consult.services.caseload import units
from consult.services.handling import appeals, assigning, joining, judging_replies, reception
from consult.services.handling.moves import CaseAct as A
from consult.services.records.versions import expect_version
from consult.web import current
from consult.web.casework import times
from consult.web.handling.act_forms import (
    AcceptForm,
    ActForm,
    AssignForm,
    GroundsForm,
    InnerReasonForm,
    MoreForm,
    ReasonForm,
    ReassignForm,
    RefuseForm,
    ToAuthorForm,
    TransferForm,
)
from consult.web.numbers import number, numbers
from models.case import Case


@dataclass(frozen=True)
class Deed:
    """An act with its form and what it leads to."""

    act: A
    form: type[ActForm]
    run: Callable[..., Any]
    #: What it means, before it is done; and what is said afterwards.
    lead: LazyString
    done: LazyString
    #: Whether the service itself takes the version.
    versioned: bool = True
    arguments: Mapping[str, Any] | None = None


DEEDS: Mapping[A, Deed] = {
    deed.act: deed
    for deed in (
        Deed(
            A.BEGIN_REVIEW,
            ActForm,
            reception.begin,
            _l("You take the message up for review. Its clocks run on."),
            _l("The review has begun."),
            versioned=False,
        ),
        Deed(
            A.ACCEPT,
            AcceptForm,
            reception.accept,
            _l("The time for the reply begins now. The author is told."),
            _l("The message is accepted."),
        ),
        Deed(
            A.REFUSE,
            RefuseForm,
            reception.refuse,
            _l("The author is told the reason and the right channel, and may object once."),
            _l("The message is not accepted; the author is told why."),
        ),
        Deed(
            A.RETURN_FOR_MORE,
            MoreForm,
            reception.return_for_more,
            _l(
                "The author is asked for what is missing; if nothing comes in time, the message lapses."
            ),
            _l("The author is asked for more."),
        ),
        Deed(
            A.RECONSIDER,
            ReasonForm,
            reception.reconsider,
            _l("The refusal is taken back and the message reviewed again."),
            _l("The message is under review again."),
            versioned=False,
        ),
        Deed(
            A.TRANSFER_OUT,
            TransferForm,
            reception.transfer_out,
            _l(
                "The message leaves the platform for an agency that is not on it. That ends the case here."
            ),
            _l("The message is handed on; the author is told to whom."),
        ),
        Deed(
            A.ASSIGN,
            AssignForm,
            assigning.assign,
            _l("The unit answers within the time that runs since the acceptance."),
            _l("The case is assigned."),
        ),
        Deed(
            A.OBJECT,
            InnerReasonForm,
            assigning.object_to,
            _l("Say why another unit is responsible, and which. The time for the reply runs on."),
            _l("The objection is raised; the assigner rules on it."),
        ),
        Deed(
            A.REASSIGN,
            ReassignForm,
            assigning.reassign,
            _l("Another unit answers from now on. The time for the reply is not begun anew."),
            _l("The case is with the other unit now."),
        ),
        Deed(
            A.UPHOLD,
            InnerReasonForm,
            assigning.uphold,
            _l("The unit keeps the case and cannot object to it again."),
            _l("The objection is overruled."),
        ),
        Deed(
            A.TAKE_UP,
            ActForm,
            assigning.take_up,
            _l("You become the handler of this case: you find out, act, and write the reply."),
            _l("The case is in your hands."),
        ),
        Deed(
            A.REOPEN,
            ToAuthorForm,
            judging_replies.reopen,
            _l("The case is handled again, with a new time for the reply and a new rating."),
            _l("The case is open again."),
            versioned=False,
        ),
        Deed(
            A.CLOSE,
            ToAuthorForm,
            judging_replies.close,
            _l(
                "You answer the low rating without handling the case again. The author may ask for a review."
            ),
            _l("The case is closed; the author reads your words."),
            versioned=False,
        ),
        Deed(
            A.DISMISS,
            GroundsForm,
            appeals.answer,
            _l("The answer of the unit stands, and the case is closed again."),
            _l("The answer is confirmed; the author is told."),
            versioned=False,
            arguments={"granted": False},
        ),
        Deed(
            A.GRANT,
            GroundsForm,
            appeals.answer,
            _l("The answer of the unit falls, and the case is handled again."),
            _l("The answer is set aside; the case is handled again."),
            versioned=False,
            arguments={"granted": True},
        ),
        Deed(
            A.UNMERGE,
            ActForm,
            joining.part,
            _l("The message is answered by itself again; its time runs on."),
            _l("The message is a case of its own again."),
            versioned=False,
        ),
    )
}


def deed_of(name: str) -> Deed:
    """What is done under ``name`` in an address.

    :raises NotFound: if nothing is.
    """
    if name not in set(A) or A(name) not in DEEDS:
        raise NotFound
    return DEEDS[A(name)]


def do(deed: Deed, case: Case, form: ActForm) -> None:
    """Let the signed-in person do it, as the form says."""
    arguments = {**form.arguments(), **(deed.arguments or {})}
    if isinstance(form, AssignForm):
        session = current.session()
        arguments["unit"] = units.to_assign(session, case, number(form.unit.data))
        arguments["co_units"] = units.to_help(session, case, numbers(form.co_units.data or []))
    if deed.versioned:
        arguments["version"] = form.seen
    expect_version(case, form.seen)
    deed.run(
        current.session(),
        case=case,
        times=times(case),
        actor=current.somebody(),
        now=current.now(),
        **arguments,
    )
