"""Getting in again: ask for a link, and set a new password with it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from consult.exceptions import Invalid
from consult.extensions import vault
from consult.letters import link, render
from consult.services.people import resets
from consult.services.people.letters import Words
from consult.web import current
from consult.web.account.blueprint import bp
from consult.web.account.entering import leave
from consult.web.account.forms import ForgotForm, ResetForm


@bp.route("/forgot", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    """Have a link sent; the answer is the same whether or not there is an account."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("account/forgot.html", form=form), form.status
    resets.ask(
        current.session(),
        vault=vault(),
        address=form.address.data or "",
        client=current.client(),
        compose=_letter,
        now=current.now(),
    )
    return render_template("account/forgot_sent.html", address=form.address.data)


@bp.route("/reset/<secret>", methods=["GET", "POST"])
def reset(secret: str) -> ResponseReturnValue:
    """Set a new password with the link that was sent."""
    form = ResetForm()
    person = resets.holder(current.session(), secret=secret, now=current.now())
    if form.validate_on_submit():
        try:
            resets.reset(
                current.session(),
                vault=vault(),
                secret=secret,
                password=form.password.data or "",
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            leave()
            flash(
                _("Your new password is set, and you are signed out everywhere. Sign in with it."),
                "success",
            )
            return redirect(url_for(".sign_in"))
    return render_template(
        "account/reset.html", form=form, address=person.address_masked
    ), form.status


def _letter(secret: str) -> Words:
    return render("reset", str(get_locale()), url=link("account.reset", secret=secret))
