"""The documents of a topic, split into clauses that people can speak to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Invalid, NotFound
from consult.permissions import Permission, require
from consult.services.consultations import topics
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.records import ledger, tallies
from consult.services.records.versions import expect_version
from consult.text.clauses import split_into_clauses
from consult.text.encodings import decode_text
from consult.text.errors import DocumentUnreadable
from consult.text.passage import Passage, PassageKind
from models.document import Clause, Document, DocumentKind
from models.person import Person
from models.tally import Count
from models.topic import Topic

LONGEST = 500_000
MOST_CLAUSES = 2_000
#: Extensions of files that are text as they are.
PLAIN = {"txt", "md", "markdown"}
#: Kinds of clauses that say something that may be changed.
SPOKEN_TO = {kind.value for kind in PassageKind if kind.is_clause}

NEEDS = {
    DocumentKind.DRAFT: (Permission.TOPIC_DRAFT, TopicAct.EDIT),
    DocumentKind.FINAL: (Permission.TOPIC_REPORT, TopicAct.ENACT),
}


def set_text(
    session: Session,
    *,
    topic: Topic,
    kind: DocumentKind,
    title: str,
    text: str,
    actor: Person,
    now: datetime,
    version: int | None = None,
) -> Document:
    """Write or replace a document; its clauses are split anew, equal addresses keep their rows.

    :raises Invalid: if there are no words, or far too many.
    :raises StaleVersion: if ``topic`` was changed since ``version``, where that is given.
    """
    permission, act = NEEDS[kind]
    require(actor, permission, topic)
    require_phase(topic, act, now)
    if version is not None:
        expect_version(topic, version)
    source = _checked(text)
    passages = _passages(source)
    document = of_topic(session, topic, kind)
    if document is None:
        document = Document(topic=topic, kind=kind, created_at=now)
        session.add(document)
    document.title = title.strip() or topic.title
    document.source = source
    _split(document, passages)
    topics.touch(topic)
    ledger.record(
        session, f"document.{kind}_set", topic, actor=actor, now=now, clauses=len(document.clauses)
    )
    return document


def text_of_upload(filename: str, content: bytes) -> str:
    """The words of a DOCX, or of a text in UTF-8, UTF-16 or GBK.

    :raises Invalid: if it is of another kind, damaged, locked or in no known encoding.
    """
    extension = filename.rpartition(".")[2].lower()
    try:
        if extension == "docx":
            from consult.text.docx import text_of_docx  # noqa: PLC0415 - python-docx and lxml are 5 MB

            return text_of_docx(BytesIO(content))
        if extension in PLAIN:
            return decode_text(content)
    except DocumentUnreadable as error:
        raise Invalid(error.message, field="file", **error.params) from error
    raise Invalid(N_("The draft can be a TXT, MD or DOCX file."), field="file")


OF_TOPIC = (
    select(Document)
    .where(Document.topic_id == bindparam("topic"), Document.kind == bindparam("kind"))
    .options(joinedload(Document.clauses))
    .execution_options(planned_once=True)
)


def of_topic(session: Session, topic: Topic, kind: DocumentKind) -> Document | None:
    """The draft or the final document of ``topic`` with its clauses."""
    rows = session.scalars(OF_TOPIC, {"topic": topic.id, "kind": kind})
    return rows.unique().one_or_none()


def clause(session: Session, topic: Topic, anchor: str, kind: DocumentKind) -> Clause:
    """One clause by its address, with its document.

    :raises NotFound: if there is none.
    """
    query = (
        select(Clause)
        .join(Clause.document)
        .where(Document.topic_id == topic.id, Document.kind == kind, Clause.anchor == anchor)
        .options(joinedload(Clause.document))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def neighbours(session: Session, found: Clause) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after ``found`` that can be spoken to."""
    query = select(Clause).where(
        Clause.document_id == found.document_id, Clause.kind.in_(SPOKEN_TO)
    )
    before = query.where(Clause.position < found.position).order_by(Clause.position.desc())
    after = query.where(Clause.position > found.position).order_by(Clause.position)
    return session.scalar(before.limit(1)), session.scalar(after.limit(1))


def voices(session: Session, document: Document) -> Mapping[int, int]:
    """Clause id → how many valid suggestions speak to it; clauses nobody spoke to are left out."""
    return tallies.by_key(session, document.topic_id, Count.CLAUSE)


def _checked(text: str) -> str:
    if not text.strip():
        raise Invalid(N_("Paste the text of the draft, or choose a file."), field="text")
    if len(text) > LONGEST:
        message = N_("Keep the text under %(limit)d characters.")
        raise Invalid(message, field="text", limit=LONGEST)
    return text


def _passages(text: str) -> Sequence[Passage]:
    passages = split_into_clauses(text)
    if len(passages) > MOST_CLAUSES:
        message = N_("This falls into more than %(limit)d clauses.")
        raise Invalid(message, field="text", limit=MOST_CLAUSES)
    return passages


def _split(document: Document, passages: Sequence[Passage]) -> None:
    """Make the clauses anew; a row is kept where its address stays, so that links to it hold."""
    known = {clause.anchor: clause for clause in document.clauses}
    kept = []
    for position, passage in enumerate(passages, start=1):
        row = known.get(passage.anchor) or Clause(anchor=passage.anchor)
        row.position, row.label, row.heading = position, passage.label, passage.heading
        row.kind, row.level, row.text = passage.kind.value, passage.level, passage.text
        kept.append(row)
    document.clauses = kept
