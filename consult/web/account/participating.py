"""Taking part without an account: an address, a code, and two hours."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from consult.exceptions import Gone, Invalid
from consult.extensions import vault
from consult.letters import render
from consult.services.people import codes
from consult.services.people.letters import Words
from consult.web import current
from consult.web.account.blueprint import bp
from consult.web.account.entering import enter
from consult.web.account.forms import CodeForm, TakePartForm
from consult.web.local_paths import next_path


@bp.route("/take-part", methods=["GET", "POST"])
def take_part() -> ResponseReturnValue:
    """Give an address; a code is sent to it."""
    form = TakePartForm(next=next_path("public.home"))
    if form.validate_on_submit():
        try:
            address = codes.send(
                current.session(),
                vault=vault(),
                address=form.address.data or "",
                client=current.client(),
                compose=_letter,
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            return _ask_for_code(CodeForm(formdata=None, address=address.text, next=form.next.data))
    return render_template(
        "account/take_part.html", form=form, next=next_path("public.home")
    ), form.status


@bp.post("/take-part/code")
def take_part_code() -> ResponseReturnValue:
    """Give the code; whoever has it takes part for two hours."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _ask_for_code(form)
    try:
        person = codes.verify(
            current.session(),
            vault=vault(),
            address=form.address.data or "",
            code=form.code.data or "",
            locale=str(get_locale()),
            now=current.now(),
        )
    except (Invalid, Gone) as refusal:
        current.keep()
        form.blame(refusal if isinstance(refusal, Invalid) else Invalid(refusal.message, "code"))
        return _ask_for_code(form)
    enter(person, lifetime=codes.PARTICIPATION)
    flash(_("Your address is confirmed. You can take part for two hours."), "success")
    return redirect(next_path("public.home"))


def _ask_for_code(form: CodeForm) -> ResponseReturnValue:
    return render_template("account/take_part_code.html", form=form), form.status


def _letter(code: str) -> Words:
    return render("code", str(get_locale()), code=code)
