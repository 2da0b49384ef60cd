"""派单目录: the catalogue of a mailbox, row by row, with its history; and the proposal tried out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from consult.exceptions import Conflict, Invalid, NotFound, Refusal, StaleVersion
from consult.permissions import Permission, can
from consult.services.handling import dispatch_lessons, dispatching, dispatching_lists
from consult.services.handling.dispatching import EVERYWHERE, MOST_NOTE
from consult.services.handling.dispatching_lists import Wanted
from consult.services.people import agencies, regions
from consult.web import current, labels
from consult.web.forms import Form
from consult.web.handling.blueprint import bp
from consult.web.handling.mailbox_forms import STEP, TOO_LONG
from consult.web.handling.mailbox_pages import in_care, to_manage
from consult.web.numbers import number
from consult.web.refusals import translated
from models.agency import Region
from models.mailbox import DispatchRule, Domain, Mailbox

#: How a filter names "everywhere", which is empty in the catalogue.
WHOLE = "all"


class RuleForm(Form):
    seen = HiddenField()
    domain = SelectField(_l("Domain"), choices=lambda: labels.choices(Domain))
    region = SelectField(
        _l("Region"), description=_l("A row for a region goes before the one for everywhere.")
    )
    unit = SelectField(_l("Unit that answers"), validators=[InputRequired(_l("Choose the unit."))])
    note = StringField(
        _l("Note"),
        description=_l("Such as the matters meant, and the rule by which it is this unit's."),
        validators=[Length(max=MOST_NOTE, message=TOO_LONG)],
    )

    def offer(self) -> None:
        """Fill the lists of regions and units."""
        session = current.session()
        self.region.choices = [("", _("Everywhere"))] + [
            (one.code, f"{labels.named(one)} {one.code}") for one in regions.every(session)
        ]
        self.unit.choices = [("", _("Choose a unit"))] + [
            (one.slug, STEP * depth + labels.named(one)) for one, depth in agencies.tree(session)
        ]


@bp.get("/mailboxes/<slug>/dispatch")
def dispatch(slug: str) -> ResponseReturnValue:
    """What holds now, by domain and region, and what is missing."""
    found, session = in_care(slug), current.session()
    rules = dispatching_lists.standing(
        session, found, _wanted(), page=request.args.get("page", 1, type=int)
    )
    return render_template(
        "handling/dispatch.html",
        mailbox=found,
        rules=rules,
        regions=dispatching_lists.regions(session, {rule.region_code for rule in rules.items}),
        used=dispatching_lists.used(session, found),
        gaps=dispatching.gaps(session, found),
        learned=dispatch_lessons.model_of(session, found),
        least=dispatch_lessons.LEAST,
        domains=labels.choices(Domain),
        chosen={
            key: request.args[key] for key in ("domain", "region", "unit") if request.args.get(key)
        },
        may_manage=can(current.person(), Permission.MAILBOX_MANAGE, found),
    )


@bp.route("/mailboxes/<slug>/dispatch/rule", methods=["GET", "POST"])
def dispatch_rule(slug: str) -> ResponseReturnValue:
    """Name the unit for a domain and region; what is typed stays if somebody else did meanwhile."""
    found, refusal = to_manage(slug), None
    form = RuleForm(data=_standing(found))
    form.offer()
    if form.validate_on_submit():
        try:
            _set(form, found)
        except Invalid as wrong:
            form.blame(wrong)
        except (Conflict, StaleVersion) as late:
            refusal = late
        else:
            flash(_("It holds from now on. The row before is kept in the history."), "success")
            return redirect(url_for(".dispatch", slug=slug, domain=form.domain.data))
    return _rule_page(found, form, refusal), refusal.status if refusal else form.status


@bp.post("/mailboxes/<slug>/dispatch/end")
def end_dispatch_rule(slug: str) -> ResponseReturnValue:
    """Let nobody in particular answer for it from now on."""
    dispatching.end(
        current.session(),
        mailbox=to_manage(slug),
        domain=_domain(request.form.get("domain", "")),
        region_code=request.form.get("region", EVERYWHERE),
        seen=number(request.form.get("seen")),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("The row has ended. It is kept in the history."), "success")
    return redirect(url_for(".dispatch", slug=slug))


@bp.get("/mailboxes/<slug>/dispatch/history")
def dispatch_history(slug: str) -> ResponseReturnValue:
    """Every row there ever was; of one domain and region, if one is named."""
    found, session = in_care(slug), current.session()
    said = request.args.get("domain", "")
    domain = _domain(said) if said else None
    rows = dispatching_lists.changes(
        session,
        found,
        domain=domain,
        region_code=request.args.get("region", EVERYWHERE),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "handling/dispatch_history.html",
        mailbox=found,
        rows=rows,
        domain=domain,
        region_code=request.args.get("region", EVERYWHERE),
        regions=dispatching_lists.regions(session, {row.region_code for row in rows.items}),
    )


def _wanted() -> Wanted:
    domain, region = request.args.get("domain", ""), request.args.get("region", "")
    return Wanted(
        domain=Domain(domain) if domain in set(Domain) else None,
        region_code={"": None, WHOLE: EVERYWHERE}.get(region, region),
        unit_id=number(request.args.get("unit")) or None,
    )


def _domain(said: str) -> Domain:
    if said not in set(Domain):
        raise NotFound
    return Domain(said)


def _standing(mailbox: Mailbox) -> dict[str, object]:
    """What the form begins with: the row that the address names, as it is now."""
    domain, region = request.args.get("domain", ""), request.args.get("region", EVERYWHERE)
    if domain not in set(Domain):
        return {"seen": "0", "region": region}
    rule = dispatching.current(current.session(), mailbox, Domain(domain), region)
    return {
        "seen": str(rule.id if rule else 0),
        "domain": domain,
        "region": region,
        "unit": rule.unit.slug if rule else "",
        "note": rule.note if rule else "",
    }


def _chosen_region(form: RuleForm) -> Region | None:
    code = form.region.data or ""
    return current.session().get(Region, code) if code else None


def _set(form: RuleForm, mailbox: Mailbox) -> DispatchRule:
    return dispatching.set_unit(
        current.session(),
        mailbox=mailbox,
        domain=Domain(form.domain.data),
        region=_chosen_region(form),
        unit=agencies.by_slug(current.session(), form.unit.data),
        note=form.note.data or "",
        seen=number(form.seen.data),
        actor=current.somebody(),
        now=current.now(),
    )


def _rule_page(mailbox: Mailbox, form: RuleForm, refusal: Refusal | None) -> str:
    """The form; after a conflict with what holds there now, which is what is replaced next time."""
    rule = None
    if refusal is not None:
        code = form.region.data or EVERYWHERE
        rule = dispatching.current(current.session(), mailbox, Domain(form.domain.data), code)
        form.seen.data = str(rule.id if rule else 0)
    return render_template(
        "handling/dispatch_rule.html",
        mailbox=mailbox,
        form=form,
        standing=rule,
        refused=translated(refusal) if refusal else "",
    )
