"""Replies that say nearly the same, found among hundreds of thousands without reading them.

Each reply is cut into pieces of three letters; of those MinHash with one permutation (Shrivastava
2017) makes 48 numbers, and each three of them a band. Replies that share a band are looked at
themselves, so that nothing is alike by accident of a hash: of two that share 60 % of their pieces
98 % are found, at 80 % all but one in a million; of two that share 2 % one in 8,000 is looked at
in vain. What is looked up are 16 short ranges of an index, however many replies there are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

from sqlalchemy import Select, bindparam, delete, func, insert, select, union_all
from sqlalchemy.orm import Session

from consult.clustering import Document
from consult.services.handling.reply_substance import substance
from models.case import Case
from models.cluster import Membership
from models.reply import Reply, ReplyBand, ReplyStage
from models.suggestion import Suggestion, SuggestionStatus

#: Letters in a piece.
WIDTH = 3
#: Numbers of a signature, and of one band.
BINS, BAND = 48, 3
#: Letters below which two texts are alike by chance.
SHORTEST = 40
#: Replies that are looked at of one band: the newest; a form that thousands share shows itself by those.
OF_A_BAND = 60
#: Replies that are read and compared: those that share most bands.
COMPARED = 40
_NOT_A_LETTER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Near:
    """A reply to another message that may say the same, and whether it answers the same matter."""

    case_id: int
    no: str
    text: str
    question: Document
    #: By the same author, in one group with the message in hand, or answered together with it: the same matter may be
    #: answered in the same words.
    same_matter: bool
    #: Published, to a message that the public reads.
    public: bool


def index(session: Session, *, case: Case, reply: Reply) -> None:
    """Let others find ``reply`` by its words; those of a report are found by nobody."""
    session.execute(delete(ReplyBand).where(ReplyBand.reply_id == reply.id))
    found = () if case.confidential else bands(reply.text)
    rows = [{"mailbox_id": case.mailbox_id, "band": band, "reply_id": reply.id} for band in found]
    if rows:
        session.execute(insert(ReplyBand), rows)


def near(session: Session, *, case: Case, text: str) -> list[Near]:
    """Replies of the mailbox that may say what ``text`` says to ``case``; three queries at most.

    They are candidates: whoever asks compares the words (:mod:`reply_checks`). Replies to the
    case itself, of its earlier rounds, are left out, and so is every report.
    """
    wanted = bands(text)
    if not wanted:
        return []
    asked = {f"band_{at}": band for at, band in enumerate(wanted)}
    ids = session.scalars(CANDIDATES, NOWHERE | asked | {"mailbox": case.mailbox_id}).all()
    if not ids:
        return []
    group = session.scalar(
        select(Membership.cluster_id).where(Membership.suggestion_id == case.suggestion_id)
    )
    author = case.suggestion.author_id
    return [
        Near(
            case_id=row.case_id,
            no=f"{row.topic_id:04d}-{row.id:06d}",
            text=row.text,
            question=Document(row.title, f"{row.facts}\n{row.proposal}"),
            same_matter=row.author_id == author or (group is not None and row.cluster_id == group),
            public=row.stage is ReplyStage.PUBLISHED
            and row.publish_text
            and row.status is SuggestionStatus.RECEIVED,
        )
        for row in session.execute(READ, {"ids": ids, "case": case.id})
    ]


def bands(text: str) -> tuple[int, ...]:
    """The numbers under which a text is looked up; none for one with little to compare."""
    letters = _NOT_A_LETTER.sub("", substance(text).casefold())
    if len(letters) < SHORTEST:
        return ()
    least: list[int | None] = [None] * BINS
    for at in range(len(letters) - WIDTH + 1):
        value = crc32(letters[at : at + WIDTH].encode("utf-8", "surrogatepass"))
        slot = value % BINS
        known = least[slot]
        if known is None or value < known:
            least[slot] = value
    signature = _filled(least)
    return tuple(
        dict.fromkeys(_number(at, signature[at : at + BAND]) for at in range(0, BINS, BAND))
    )


def _filled(least: Sequence[int | None]) -> list[int]:
    """An empty bin borrows from the next that is not: short texts leave some."""
    found: list[int] = []
    for at in range(BINS):
        step = next(step for step in range(BINS) if least[(at + step) % BINS] is not None)
        found.append((least[(at + step) % BINS] or 0) + step)
    return found


def _number(at: int, numbers: Sequence[int]) -> int:
    """63 bits of what stands in a band, and of which band it is."""
    told = ",".join(map(str, (at, *numbers))).encode()
    return int.from_bytes(blake2b(told, digest_size=8).digest()) >> 1


def sharing_a_band() -> Select[tuple[int]]:
    """Those that share a band, the most bands first; of a band that very many share the newest.

    Made once: taking sixteen parts together anew took longer than the database does.
    """
    parts = []
    for at in range(BINS // BAND):
        newest = (
            select(ReplyBand.reply_id)
            .where(
                ReplyBand.mailbox_id == bindparam("mailbox"),
                ReplyBand.band == bindparam(f"band_{at}"),
            )
            .order_by(ReplyBand.reply_id.desc())
            .limit(OF_A_BAND)
            .subquery()
        )
        parts.append(select(newest.c.reply_id))
    shared = union_all(*parts).subquery()
    return (
        select(shared.c.reply_id)
        .group_by(shared.c.reply_id)
        .order_by(func.count().desc(), shared.c.reply_id.desc())
        .limit(COMPARED)
    )


CANDIDATES = sharing_a_band()
#: A band that no text has, for those that a short text lacks.
NOWHERE = {f"band_{at}": -1 for at in range(BINS // BAND)}
#: What is read of the candidates; never of a report.
READ = (
    select(
        Reply.case_id,
        Reply.text,
        Reply.stage,
        Suggestion.id,
        Suggestion.topic_id,
        Suggestion.title,
        Suggestion.facts,
        Suggestion.proposal,
        Suggestion.author_id,
        Suggestion.status,
        Suggestion.publish_text,
        Membership.cluster_id,
    )
    .join(Case, Case.id == Reply.case_id)
    .join(Suggestion, Suggestion.id == Case.suggestion_id)
    .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
    .where(
        Reply.id.in_(bindparam("ids", expanding=True)),
        Case.id != bindparam("case"),
        Case.confidential.is_(False),
    )
    .order_by(Reply.id.desc())
)
