"""The tree of agencies, and their regions."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import Conflict, Invalid
from consult.permissions import Permission, require
from consult.services.people import agencies as service
from consult.services.people import regions
from consult.web import current
from consult.web.admin.blueprint import bp
from consult.web.admin.forms import AgencyForm, RegionForm
from models.agency import Agency

#: A blank of the width of a Chinese character, for each step down the tree.
STEP = "\N{IDEOGRAPHIC SPACE}"


@bp.get("/agencies")
def agencies() -> ResponseReturnValue:
    """The whole tree."""
    require(current.somebody(), Permission.AGENCY_MANAGE)
    return render_template(
        "admin/agencies.html", tree=service.tree(current.session()), form=RegionForm()
    )


@bp.route("/agencies/new", methods=["GET", "POST"])
def new_agency() -> ResponseReturnValue:
    """Add an agency."""
    require(current.somebody(), Permission.AGENCY_MANAGE)
    form = _with_choices(AgencyForm())
    if form.validate_on_submit():
        try:
            service.add(
                current.session(),
                slug=form.slug.data or "",
                **_values(form),
                actor=current.somebody(),
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("The agency is added."), "success")
            return redirect(url_for(".agencies"))
    return render_template("admin/agency.html", form=form, agency=None), form.status


@bp.route("/agencies/<slug>", methods=["GET", "POST"])
def agency(slug: str) -> ResponseReturnValue:
    """Change an agency, or move it with all below it."""
    found = service.by_slug(current.session(), slug)
    require(current.somebody(), Permission.AGENCY_MANAGE, found)
    form = _with_choices(
        AgencyForm(obj=found, parent=found.parent and found.parent.slug, region=found.region_code)
    )
    del form.slug
    if form.validate_on_submit():
        try:
            service.edit(
                current.session(),
                agency=found,
                **_values(form),
                actor=current.somebody(),
                now=current.now(),
            )
        except (Invalid, Conflict) as refusal:
            form.blame(Invalid(refusal.message, getattr(refusal, "field", "parent")))
        else:
            flash(_("The agency is changed."), "success")
            return redirect(url_for(".agencies"))
    return render_template("admin/agency.html", form=form, agency=found), form.status


@bp.post("/regions")
def add_region() -> ResponseReturnValue:
    """Add a region, or with no form at all the 34 provinces."""
    require(current.somebody(), Permission.AGENCY_MANAGE)
    form = RegionForm()
    if form.validate_on_submit():
        try:
            regions.ensure_region(
                current.session(),
                form.code.data or "",
                form.region_name.data,
                form.name_en.data or "",
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("The region can be chosen now."), "success")
            return redirect(url_for(".agencies"))
    tree = service.tree(current.session())
    return render_template("admin/agencies.html", tree=tree, form=form), form.status


@bp.post("/regions/provinces")
def load_provinces() -> ResponseReturnValue:
    """Add those of the 34 provincial divisions that are missing."""
    require(current.somebody(), Permission.AGENCY_MANAGE)
    count = regions.load_provinces(current.session())
    flash(_("%(count)d regions added.", count=count), "success")
    return redirect(url_for(".agencies"))


def _with_choices(form: AgencyForm) -> AgencyForm:
    session = current.session()
    form.parent.choices = [("", _("No other agency"))] + [
        (agency.slug, STEP * depth + agency.name) for agency, depth in service.tree(session)
    ]
    form.region.choices = [("", _("No region"))] + [
        (region.code, f"{region.code} {region.name}") for region in regions.every(session)
    ]
    return form


def _values(form: AgencyForm) -> dict[str, Any]:
    session = current.session()
    parent: Agency | None = None
    if form.parent.data:
        parent = service.by_slug(session, form.parent.data)
    region = regions.ensure_region(session, form.region.data) if form.region.data else None
    return {
        "name": form.name.data or "",
        "name_en": form.name_en.data or "",
        "about": form.about.data or "",
        "parent": parent,
        "region": region,
    }
