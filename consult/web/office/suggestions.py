"""What staff do with one suggestion: not accept it, accept it after all, open the contact."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid
from consult.extensions import vault
from consult.services.suggesting import contacts, suggestion_pages
from consult.services.suggesting import suggestions as acts
from consult.services.suggesting.contacts import RevealReason
from consult.services.suggesting.suggestions import RefusalReason
from consult.web import current
from consult.web.office.blueprint import bp


@bp.post("/suggestions/<int:id>/refuse")
def refuse_suggestion(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Not accept it, for a reason that the public reads."""
    reason = request.form.get("reason", "")
    if reason not in set(RefusalReason):
        raise Invalid(N_("Choose a reason from the list."))
    acts.refuse(
        current.session(),
        suggestion=suggestion_pages.by_id(current.session(), id),
        reason_code=RefusalReason(reason),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Not accepted. The reason stands on its page."), "success")
    return redirect(url_for("public.suggestion", id=id))


@bp.post("/suggestions/<int:id>/restore")
def restore_suggestion(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Accept it after all."""
    acts.restore(
        current.session(),
        suggestion=suggestion_pages.by_id(current.session(), id),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Accepted after all; it is placed into a group again."), "success")
    return redirect(url_for("public.suggestion", id=id))


@bp.post("/suggestions/<int:id>/contact")
def reveal_contact(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Open the contact, for a reason that its author will see."""
    reason = request.form.get("reason", "")
    if reason not in set(RevealReason):
        raise Invalid(N_("Say why you need the contact: its author will be shown the reason."))
    suggestion = suggestion_pages.by_id(current.session(), id)
    details = contacts.reveal(
        current.session(),
        suggestion=suggestion,
        reason=RevealReason(reason),
        actor=current.somebody(),
        vault=vault(),
        now=current.now(),
    )
    return render_template("office/contact.html", suggestion=suggestion, details=details)
