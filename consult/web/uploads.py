"""Files that came with a form which is not done yet: kept, so that nobody has to choose them twice.

Their bytes go into the storage folder at once; the form carries a signed token for
each. A file whose suggestion is never sent stays there unnamed.
"""

from dataclasses import dataclass
from http import HTTPStatus

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from consult.exceptions import N_, Invalid, Refusal
from consult.extensions import storage
from consult.services.consultations import attachments
from consult.web import current
from consult.web.refusals import translated
from models.suggestion import Suggestion

#: Name of the form's input that carries the tokens.
FIELD = "kept"


@dataclass(frozen=True)
class Upload:
    """A file that was checked and lies in the storage folder."""

    filename: str
    sha256: str
    token: str


def received() -> tuple[list[Upload], list[str], HTTPStatus]:
    """The files of this request, from before and new ones; what is wrong with others, and how."""
    kept = [found for token in request.form.getlist(FIELD) if (found := _open(token))]
    wrong, status = [], HTTPStatus.OK
    for file in request.files.getlist("files"):
        if not file.filename:
            continue
        try:
            kept.append(_keep(file, kept))
        except Refusal as refusal:
            wrong.append(f"{file.filename}: {translated(refusal)}")
            status = refusal.status
    return list({one.sha256: one for one in kept}.values()), wrong, status


def attach(suggestion: Suggestion, uploads: list[Upload]) -> None:
    """Hang the files onto a suggestion that has been received."""
    for one in uploads:
        attachments.add(
            current.session(),
            storage=storage(),
            owner=suggestion,
            filename=one.filename,
            content=storage().path(one.sha256).read_bytes(),
            actor=current.somebody(),
            now=current.now(),
            max_bytes=current_app.config["ATTACHMENT_MAX_BYTES"],
        )


def _keep(file: FileStorage, kept: list[Upload]) -> Upload:
    most = current_app.config["ATTACHMENTS_PER_SUGGESTION"]
    if len(kept) >= most:
        raise Invalid(N_("No more than %(limit)d files can be attached."), limit=most)
    content = file.read()
    name, _type = attachments.checked(
        file.filename or "", content, current_app.config["ATTACHMENT_MAX_BYTES"]
    )
    sha256 = storage().put(content)
    return Upload(name, sha256, _signer().dumps([name, sha256, current.somebody().id]))


def _open(token: str) -> Upload | None:
    """A token that this person got from us; any other is passed over."""
    try:
        name, sha256, person_id = _signer().loads(token)
    except (BadSignature, ValueError):
        return None
    if person_id != current.somebody().id or not storage().path(sha256).exists():
        return None
    return Upload(name, sha256, token)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="upload")
