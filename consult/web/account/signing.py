"""Sign in, sign out, register."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from consult.exceptions import Invalid
from consult.extensions import vault
from consult.services.people import passwords, people
from consult.web import current
from consult.web.account.blueprint import bp
from consult.web.account.entering import SHORT, enter, leave, long_lifetime
from consult.web.account.forms import RegisterForm, SignInForm
from consult.web.local_paths import next_path
from models.person import PersonKind


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in with address and password."""
    form = SignInForm(next=next_path("public.home"))
    if form.validate_on_submit():
        try:
            person = passwords.sign_in(
                current.session(),
                vault=vault(),
                address=form.address.data or "",
                password=form.password.data or "",
                client=current.client(),
                now=current.now(),
            )
        except Invalid as refusal:
            current.keep()
            form.blame(refusal)
        else:
            lasting = bool(form.remember.data)
            enter(person, lifetime=long_lifetime() if lasting else SHORT, lasting=lasting)
            return redirect(next_path("office.home" if person.is_staff else "public.home"))
    return render_template(
        "account/sign_in.html", form=form, next=next_path("public.home")
    ), form.status


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Make an account, and be signed in at once."""
    form = RegisterForm(next=next_path("public.home"))
    if form.validate_on_submit():
        try:
            person = people.register(
                current.session(),
                vault=vault(),
                name=form.name.data or "",
                address=form.address.data or "",
                password=form.password.data or "",
                kind=PersonKind(form.kind.data),
                locale=str(get_locale()),
                now=current.now(),
                visitor=current.person(),
                client=current.client(),
            )
        except Invalid as refusal:
            current.keep()
            form.blame(refusal)
        else:
            enter(person)
            flash(_("Your account is ready, and you are signed in."), "success")
            return redirect(next_path("public.home"))
    return render_template(
        "account/register.html", form=form, next=next_path("public.home")
    ), form.status


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    leave()
    flash(_("You are signed out."), "success")
    return redirect(url_for("public.home"))
