"""重点线索: the digests of an agency, as pages and as Word documents."""

from tempfile import TemporaryFile

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import NotFound
from consult.permissions import Permission, can
from consult.services.supervising import digests as made
from consult.services.supervising import places, plans
from consult.services.supervising.places import Place
from consult.web import current
from consult.web.figure_choice import page
from consult.web.labels import label, named
from consult.web.supervising import digest_words
from consult.web.supervising.blueprint import bp
from models.case import CaseState

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/digests")
def digests() -> ResponseReturnValue:
    """What was made so far, and when the next one comes."""
    place, person = _place(), current.somebody()
    return render_template(
        "supervising/digests.html",
        place=place,
        plan=plans.of(current.session(), place.agency),
        found=made.listed(current.session(), place.agency, page=page()),
        may_set=can(person, Permission.SUPERVISION_SET, place.agency),
    )


@bp.post("/digests")
def make_digest() -> ResponseReturnValue:
    """Make one now, out of turn."""
    digest = made.make_now(
        current.session(), agency=_place().agency, actor=current.somebody(), now=current.now()
    )
    flash(_("The digest is made."), "success")
    return redirect(url_for(".digest", digest_id=digest.id))


@bp.get("/digests/<int:digest_id>")
def digest(digest_id: int) -> ResponseReturnValue:
    """One digest: its figures, and the cases to look at with the reasons."""
    found = made.by_id(current.session(), digest_id, reader=current.somebody())
    return render_template(
        "supervising/digest.html",
        digest=found,
        lines=made.lines(current.session(), found, reader=current.somebody()),
        then=lambda line: label(CaseState(line.state)),
        figures=digest_words.figures(found),
        place=Place(found.agency, is_unit=False),
    )


@bp.get("/digests/<int:digest_id>.docx")
def digest_file(digest_id: int) -> ResponseReturnValue:
    """The same as a Word document."""
    found = made.by_id(current.session(), digest_id, reader=current.somebody())
    lines = made.lines(current.session(), found, reader=current.somebody())
    from consult.text.docx_writing import write_docx  # noqa: PLC0415 - Word takes 5 MB

    stream = TemporaryFile()  # noqa: SIM115 - closed by the answer that sends it
    write_docx(
        stream,
        organ=named(found.agency),
        title=digest_words.title(found),
        sections=digest_words.sections(found, lines),
        signed=[named(found.agency), digest_words.day(found.until)],
    )
    stream.seek(0)
    name = f"{found.agency.slug}-digest-{found.number}.docx"
    return send_file(stream, mimetype=WORD, as_attachment=True, download_name=name)


def _place() -> Place:
    """An agency of one's own; units have no digests.

    :raises NotFound: for one that is none.
    """
    place = places.chosen(current.somebody(), request.args.get("place", ""))
    if place.is_unit:
        raise NotFound
    return place
