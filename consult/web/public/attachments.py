"""Downloads."""

from flask import Response, send_file
from flask.typing import ResponseReturnValue

from consult.exceptions import NotFound
from consult.extensions import storage
from consult.services.consultations import attachments
from consult.web import current
from consult.web.public.blueprint import bp

#: Whatever the file is, it may do nothing in our name.
POLICY = "default-src 'none'; sandbox"


@bp.get("/attachments/<int:number>")
def attachment(number: int) -> ResponseReturnValue:
    """An attached file, always to be saved and never shown in the place of a page."""
    found = attachments.readable(current.session(), number=number, reader=current.person())
    path = storage().path(found.sha256)
    if not path.is_file():
        raise NotFound
    answer: Response = send_file(
        path,
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.filename,
        etag=found.sha256,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
