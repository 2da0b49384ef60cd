"""Own settings: name, language, mail, password."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from consult.exceptions import Invalid
from consult.extensions import vault
from consult.services.people import passwords, people
from consult.web import current, locale
from consult.web.account.blueprint import bp
from consult.web.account.forms import ChangePasswordForm, ProfileForm
from consult.web.local_paths import next_path

YEAR = 365 * 24 * 3600


@bp.route("/profile", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    """Change what one chose about oneself."""
    person = current.somebody()
    form = ProfileForm(obj=person)
    if form.validate_on_submit():
        try:
            people.change_profile(
                current.session(),
                person=person,
                name=form.name.data or "",
                mail_wanted=bool(form.mail_wanted.data),
                locale=form.locale.data,
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            answer = redirect(url_for(".profile"))
            _speak(answer, form.locale.data)
            flash(_("Your settings are saved."), "success")
            return answer
    return render_template("account/profile.html", form=form), form.status


@bp.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Set another password, knowing the present one."""
    person = current.somebody()
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            passwords.change(
                current.session(),
                vault=vault(),
                person=person,
                old=form.old.data or "",
                new=form.password.data or "",
                now=current.now(),
            )
        except Invalid as refusal:
            current.keep()
            form.blame(refusal)
        else:
            flash(
                _("Your new password is set. You are signed out on all other devices."), "success"
            )
            return redirect(url_for(".profile"))
    return render_template("account/password.html", form=form), form.status


@bp.route("/language", methods=["GET", "POST"])
def language() -> ResponseReturnValue:
    """Choose the language of the pages: for this browser, and by POST for one's account too."""
    answer = redirect(next_path("public.home"))
    chosen = request.values.get("language", "")
    if chosen in current_app.config["LANGUAGES"]:
        if request.method == "POST" and (person := current.person()):
            person.locale = chosen
        _speak(answer, chosen)
    return answer


def _speak(answer: Response, chosen: str) -> None:
    answer.set_cookie(
        locale.COOKIE,
        chosen,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
