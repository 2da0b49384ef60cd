"""The report of a year as a Word document."""

from tempfile import TemporaryFile

from flask import send_file
from flask.typing import ResponseReturnValue

from consult.services.supervising.annual import AnnualReport
from consult.web import annual_words, current
from consult.web.labels import named

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def send(report: AnnualReport) -> ResponseReturnValue:
    """The whole report."""
    from consult.text.docx_writing import write_docx  # noqa: PLC0415 - Word takes 5 MB

    stream = TemporaryFile()  # noqa: SIM115 - closed by the answer that sends it
    organ = named(report.agency)
    write_docx(
        stream,
        organ=organ,
        title=annual_words.title(report),
        sections=annual_words.sections(report),
        signed=[organ, annual_words.day(report.words.released_at or current.now())],
    )
    stream.seek(0)
    name = f"{report.agency.slug}-annual-{report.year}.docx"
    return send_file(stream, mimetype=WORD, as_attachment=True, download_name=name)
