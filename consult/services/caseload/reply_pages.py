"""What stands around a reply: the question, what was said before, whom it answers, what was found in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.clustering import Document, Encoder, EncoderUnavailable
from consult.services.caseload import sight
from consult.services.grouping.similarity import TopicIndexes
from consult.services.handling import reply_checks, reply_similar
from consult.services.handling.reply_checks import Concern, Earlier, Finding
from consult.services.handling.replying import Outcome
from consult.services.suggesting import suggestion_lists
from consult.text.diff import ChangeKind, word_diff
from models.case import Case
from models.person import Person
from models.reply import Reply, ReplyReview, ReplyStage

#: Messages of a joined case that get a line of their own on one page.
MEMBERS = 50
#: Like questions whose answers are shown.
LIKE = 5
#: Suggestions that are looked at for them: not every one has an answer.
SEARCHED = 20


@dataclass(frozen=True)
class Answered:
    """A question like the one in hand, and what it was answered."""

    no: str
    suggestion_id: int
    title: str
    reply: Reply

    @property
    def outcome(self) -> Outcome | None:
        """What the unit states that came of it."""
        return Outcome(self.reply.outcome) if self.reply.outcome else None


@dataclass(frozen=True)
class Looked:
    """What was found in a reply, and where: pieces of its text, each with the concern it raised."""

    findings: Sequence[Finding] = ()
    pieces: Sequence[tuple[str, Concern | None]] = ()
    #: The reply that it repeats, where the reader may read that.
    repeats: "Repeated | None" = None


@dataclass(frozen=True)
class Repeated:
    """A reply to another message, side by side with the one in hand."""

    no: str
    #: Pieces of the reply in hand: the same as there, or its own.
    pieces: Sequence[tuple[str, bool]] = field(default_factory=tuple)


def replies(session: Session, case: Case) -> Sequence[Reply]:
    """The replies of all rounds, the newest first, with their reviews and who made them."""
    query = (
        select(Reply)
        .filter_by(case_id=case.id)
        .options(
            joinedload(Reply.unit),
            joinedload(Reply.drafted_by),
            joinedload(Reply.published_by),
            selectinload(Reply.lines),
            selectinload(Reply.reviews).joinedload(ReplyReview.reviewer),
        )
        .order_by(Reply.round.desc())
    )
    return session.scalars(query).all()


def members(session: Session, case: Case) -> tuple[Sequence[Case], int]:
    """The first messages that ``case`` answers besides its own, and how many there are."""
    query = select(Case).where(Case.joined_to_id == case.id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if not total:
        return [], 0
    query = query.options(joinedload(Case.suggestion, innerjoin=True))
    return session.scalars(query.order_by(Case.id).limit(MEMBERS)).all(), total


def returned(reply: Reply | None) -> ReplyReview | None:
    """The review by which ``reply`` was last sent back, with the words that were looked at."""
    sent_back = [one for one in (reply.reviews if reply else ()) if not one.passed]
    return sent_back[-1] if sent_back else None


def like(session: Session, case: Case, *, indexes: TopicIndexes, reader: Person) -> list[Answered]:
    """Published answers to public questions like this one, the likest first."""
    asked = case.suggestion
    similar = suggestion_lists.similar(
        session,
        indexes=indexes,
        topic=case.topic,
        title=asked.title,
        body=f"{asked.facts}\n{asked.proposal}",
        reader=reader,
        limit=SEARCHED,
    )
    ids = [one.face.id for one in similar if one.face.id != asked.id]
    answered = func.coalesce(Case.joined_to_id, Case.id)
    rows = session.execute(
        select(Case.suggestion_id, Reply)
        .join(Reply, Reply.case_id == answered)
        .where(
            Case.suggestion_id.in_(ids),
            Case.confidential.is_(False),
            Reply.stage == ReplyStage.PUBLISHED,
        )
        .order_by(Reply.round)
        .options(joinedload(Reply.unit))
    )
    last: dict[int, Reply] = dict(rows.all())
    return [
        Answered(one.face.no, one.face.id, one.face.title, last[one.face.id])
        for one in similar
        if one.face.id in last
    ][:LIKE]


def encoder(session: Session, case: Case, indexes: TopicIndexes) -> Encoder | None:
    """What compares meanings; None where its model is not to be had now."""
    try:
        return indexes.at_hand(session, case.topic)
    except EncoderUnavailable:
        return None


def look(
    session: Session,
    case: Case,
    *,
    text: str,
    mail_text: str = "",
    lines: Mapping[int, str] | None = None,
    indexes: TopicIndexes,
    reader: Person,
) -> Looked:
    """Look at a reply as it stands: reasons to look again, the newest words, stored or not."""
    asked = case.suggestion
    near = reply_similar.near(session, case=case, text=text)
    names = [] if asked.publish_name else [asked.author.name]
    findings = reply_checks.check(
        text,
        question=Document(asked.title, f"{asked.facts}\n{asked.proposal}"),
        earlier=[
            Earlier(one.no, one.text, same_matter=one.same_matter, question=one.question)
            for one in near
        ],
        names=names,
        encoder=encoder(session, case, indexes),
    )
    beside = [mail_text, *(lines or {}).values()]
    findings += reply_checks.beside_the_reply(beside, findings, names=names)
    repeated = next((one.detail for one in findings if one.concern is Concern.REUSED), "")
    other = next((one for one in near if one.no == repeated), None)
    shown = other is not None and _may_read(session, other, reader)
    return Looked(
        findings,
        marked(text, findings),
        Repeated(other.no, side_by_side(text, other.text)) if other and shown else None,
    )


def marked(text: str, findings: Sequence[Finding]) -> list[tuple[str, Concern | None]]:
    """Cut ``text`` into pieces: those that gave a reason to look again, and what lies between."""
    spans = sorted(
        (place, place + len(finding.detail), finding.concern)
        for finding in findings
        if finding.detail and (place := text.find(finding.detail)) >= 0
    )
    pieces: list[tuple[str, Concern | None]] = []
    last = 0
    for start, end, concern in spans:
        if start < last:
            continue
        pieces += [(text[last:start], None), (text[start:end], concern)]
        last = end
    return [one for one in (*pieces, (text[last:], None)) if one[0]]


def side_by_side(text: str, other: str) -> list[tuple[str, bool]]:
    """Pieces of ``text``, each with whether it stands in ``other`` as well."""
    return [
        (change.text, change.kind is ChangeKind.EQUAL)
        for change in word_diff(other, text)
        if change.kind is not ChangeKind.DELETE
    ]


def _may_read(session: Session, near: reply_similar.Near, reader: Person) -> bool:
    """Whether ``reader`` may read that reply: the public may, or they see its case."""
    seen = select(Case.id).where(Case.id == near.case_id, sight.visible(reader))
    return near.public or session.scalar(seen) is not None
