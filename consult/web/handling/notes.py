"""What offices write to each other about a case, and the files they keep with it."""

from http import HTTPStatus

from flask import (
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, NotFound, Refusal
from consult.extensions import storage
from consult.services.caseload import case_pages
from consult.services.handling import case_files, notes
from consult.web import current
from consult.web.handling.blueprint import bp
from consult.web.handling.case_page import shown
from consult.web.refusals import translated
from models.case import Case
from models.casework import NoteKind

#: Whatever the file is, it may do nothing in our name.
POLICY = "default-src 'none'; sandbox"


@bp.post("/cases/<int:case_id>/notes")
def write_note(case_id: int) -> ResponseReturnValue:
    """Add a note; the author never reads it."""
    case = _case(case_id)
    kind = request.form.get("kind", NoteKind.NOTE)
    try:
        notes.write(
            current.session(),
            case=case,
            text=request.form.get("text", ""),
            kind=NoteKind(kind) if kind in set(NoteKind) else NoteKind.NOTE,
            actor=current.somebody(),
            now=current.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(case_id, refusal, "note")
    flash(_("The note is kept with the case."), "success")
    return redirect(url_for(".case", case_id=case_id, _anchor="notes"))


@bp.post("/cases/<int:case_id>/files")
def add_file(case_id: int) -> ResponseReturnValue:
    """Keep a file with the case."""
    case, upload = _case(case_id), request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise Invalid(N_("Choose a file."), field="file")
        case_files.add(
            current.session(),
            storage=storage(),
            case=case,
            filename=upload.filename,
            content=upload.read(),
            actor=current.somebody(),
            now=current.now(),
            max_bytes=current_app.config["ATTACHMENT_MAX_BYTES"],
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(case_id, refusal, "file")
    flash(_("The file is kept with the case."), "success")
    return redirect(url_for(".case", case_id=case_id, _anchor="files"))


@bp.post("/cases/<int:case_id>/files/<int:file_id>/fetch")
def fetch_file(case_id: int, file_id: int) -> ResponseReturnValue:
    """A file of the case, to be saved; who took it stands in the ledger."""
    file = case_files.by_id(current.session(), _case(case_id), file_id)
    digest = case_files.fetch(
        current.session(), file=file, actor=current.somebody(), now=current.now()
    )
    path = storage().path(digest)
    if not path.is_file():
        raise NotFound
    answer: Response = send_file(
        path, mimetype=file.media_type, as_attachment=True, download_name=file.filename
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/cases/<int:case_id>/files/<int:file_id>/remove")
def remove_file(case_id: int, file_id: int) -> ResponseReturnValue:
    """Take a file off the case."""
    file = case_files.by_id(current.session(), _case(case_id), file_id)
    case_files.remove(current.session(), file=file, actor=current.somebody(), now=current.now())
    flash(_("The file is taken off the case."), "success")
    return redirect(url_for(".case", case_id=case_id, _anchor="files"))


def _case(case_id: int) -> Case:
    return case_pages.for_staff(current.session(), case_id, current.somebody())


def _again(case_id: int, refusal: Refusal, where: str) -> tuple[str, HTTPStatus]:
    """The page of the case with what was typed, and why it was not done."""
    current.session().rollback()
    page = render_template(
        "handling/case.html",
        **shown(_case(case_id)),
        refused=where,
        told=translated(refusal),
        typed=request.form,
    )
    return page, refusal.status
