"""What became of a consultation: the adoption report, and the final text with its voices."""

from collections.abc import Sequence
from tempfile import TemporaryFile

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from consult.services.answering import clause_voices, fates, final_text, outcomes, report
from consult.services.answering.outcome_lines import Line
from consult.services.answering.report import Choice
from consult.services.consultations import documents, topics
from consult.services.consultations.phases import state_at
from consult.services.overview import topic_numbers
from consult.web import current
from consult.web.diffs import parts
from consult.web.public import report_table, report_words
from consult.web.public.blueprint import bp
from models.decision import Outcome
from models.document import DocumentKind
from models.topic import Topic

LINES = 30
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@bp.get("/topics/<slug>/outcome")
def outcome(slug: str) -> ResponseReturnValue:
    """The adoption report; before it is published, how far the work has come."""
    topic, session = _topic(slug), current.session()
    if topic.state not in report.ANSWERED:
        return render_template(
            "public/outcome_waiting.html",
            topic=topic,
            state=state_at(topic, current.now()),
            coverage=fates.coverage(session, topic),
            numbers=topic_numbers.of_topic(session, topic),
        )
    found, choice = report.of_topic(session, topic), _choice()
    lines = report.chosen(session, found, choice)
    whole = request.args.get("all") == "1"
    number = 1 if whole else min(_page(), max(1, -(-len(lines) // LINES)))
    return render_template(
        "public/outcome.html",
        topic=topic,
        report=found,
        words=report_words,
        table=report_table,
        choice=choice,
        chosen=lines,
        rows=outcomes.rows(session, topic, lines if whole else _slice(lines, number)),
        page=number,
        pages=1 if whole else max(1, -(-len(lines) // LINES)),
    )


@bp.get("/topics/<slug>/outcome.<any(csv,xlsx,docx):kind>")
def outcome_file(slug: str, kind: str) -> ResponseReturnValue:
    """The whole report as a file."""
    topic = _topic(slug)
    found = report.of_topic(current.session(), topic)
    rows = outcomes.rows(current.session(), topic, found.lines)
    stream = TemporaryFile()  # noqa: SIM115 - closed by the answer that sends it
    sections = report_words.sections(found, rows) if kind == "docx" else []
    report_table.write(found, rows, kind, stream, sections)
    stream.seek(0)
    return send_file(
        stream,
        mimetype=TYPES[kind],
        as_attachment=True,
        download_name=f"{slug}-outcome.{kind}",
    )


@bp.get("/topics/<slug>/final")
def final(slug: str) -> ResponseReturnValue:
    """The final text, clause by clause with how many voices stand behind each."""
    topic, session = _topic(slug), current.session()
    document = final_text.of_topic(session, topic)
    return render_template(
        "public/final.html",
        topic=topic,
        document=document,
        clauses=final_text.clauses(session, topic, document),
        spoken_to=documents.SPOKEN_TO,
    )


@bp.get("/topics/<slug>/final/<anchor>")
def final_clause(slug: str, anchor: str) -> ResponseReturnValue:
    """One clause of the final text: what it was, what it is, and the people's words behind it."""
    topic, session = _topic(slug), current.session()
    document = final_text.of_topic(session, topic)
    clause = documents.clause(session, topic, anchor, DocumentKind.FINAL)
    compared = final_text.clauses(session, topic, document)
    standing = next(one for one in compared if one.clause.id == clause.id)
    changes = clause_voices.changes_of(session, clause)
    before, after = documents.neighbours(session, clause)
    return render_template(
        "public/final_clause.html",
        topic=topic,
        document=document,
        clause=clause,
        standing=standing,
        parts=parts(standing.was.text, clause.text) if standing.was else [],
        changes=changes,
        voices=clause_voices.voices(session, changes),
        before=before,
        after=after,
    )


def _topic(slug: str) -> Topic:
    return topics.consultation(current.session(), slug, reader=current.person(), now=current.now())


def _choice() -> Choice:
    """What the address asks for; nonsense in it is passed over."""
    wanted = request.args.get("outcome", "")
    return Choice(
        outcome=Outcome(wanted) if wanted in set(Outcome) else None,
        clause=request.args.get("clause", ""),
        words=request.args.get("q", "").strip(),
    )


def _slice(lines: Sequence[Line], page: int) -> Sequence[Line]:
    return lines[(page - 1) * LINES : page * LINES]


def _page() -> int:
    return max(1, request.args.get("page", 1, type=int))
