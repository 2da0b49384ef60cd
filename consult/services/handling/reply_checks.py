"""What a reviewer should look at in a reply: reasons, never a verdict.

Each check can be wrong, so none of them blocks anybody: the page shows what was found beside
the words it was found in, and a person decides. What share of real replies they touch, and how
often rightly, stands in docs/cases.md.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from consult.clustering import Document, Encoder, encode_documents
from consult.clustering.tokens.words import words
from consult.services.handling.reply_phrases import BLANK, CONTACT, MEASURE, STOCK, WHEN
from consult.services.handling.reply_privacy import disclosed
from consult.services.handling.reply_substance import substance


class Concern(StrEnum):
    """What may be wrong with a reply."""

    TOO_SHORT = "too_short"
    STOCK_PHRASE = "stock_phrase"
    REUSED = "reused"
    BESIDE_THE_POINT = "beside_the_point"
    NOTHING_CONCRETE = "nothing_concrete"
    PERSONAL_DATA = "personal_data"
    BLANK_LEFT = "blank_left"


@dataclass(frozen=True)
class Finding:
    """One reason to look again, and the words that gave it."""

    concern: Concern
    detail: str = ""
    #: How many there are, where several were found.
    count: int = 1


@dataclass(frozen=True)
class Earlier:
    """A reply to somebody else; on the same matter, or to a like question, the same may be said."""

    no: str
    text: str
    same_matter: bool = False
    question: Document | None = None


CLAUSES = re.compile(r"[^。；;！!，,\n]+[。；;！!，,\n]?")
#: Signs of substance below which a reply is short; Chinese says more with each.
SHORT, SHORT_LATIN = 30, 90
#: Signs that are left beside stock phrases below which they are all there is.
BARE, BARE_LATIN = 25, 75
#: Share of a reply's pairs of signs that stand in the other; what it says besides is its own.
SAME = 0.8
#: Fewer signs are alike by chance.
LONG_ENOUGH = 40
#: Both must be below for a reply to seem beside the point: the share of the title's words that
#: come back, and the cosine of question and answer.
FEW_WORDS, UNLIKE = 0.34, 0.2
#: Cosine from which on two questions may have one answer.
ONE_QUESTION = 0.6
#: Words shorter than this tell little.
TELLING = 2


def check(
    text: str,
    *,
    question: Document,
    earlier: Iterable[Earlier] = (),
    names: Collection[str] = (),
    encoder: Encoder | None,
) -> list[Finding]:
    """All reasons to look at a reply again, in the order of :class:`Concern`.

    ``earlier`` are replies to others that it may repeat; a few hundred take some milliseconds.
    ``names`` belong to people who did not agree to be named. Without an encoder nothing is said
    of whether question and answer belong together, and every repetition is shown.
    """
    words_of_substance = substance(text)
    found = [
        *_short(words_of_substance),
        *_stock(words_of_substance),
        *_reused(words_of_substance, question, earlier, encoder),
        *_beside(words_of_substance, question, encoder),
        *_vague(words_of_substance),
        *_personal(text, names),
        *_blanks(text),
    ]
    order = list(Concern)
    return sorted(found, key=lambda finding: order.index(finding.concern))


def beside_the_reply(
    texts: Iterable[str], found: Iterable[Finding], *, names: Collection[str] = ()
) -> list[Finding]:
    """What the lines for single messages and the letter disclose, or leave blank."""
    known = {finding.concern for finding in found}
    more = [
        finding
        for text in texts
        for finding in (*_personal(text, names), *_blanks(text))
        if finding.concern not in known
    ]
    return list({finding.concern: finding for finding in more}.values())


def _short(text: str) -> Iterator[Finding]:
    if (length := _length(text)) < _limit(text, SHORT, SHORT_LATIN):
        yield Finding(Concern.TOO_SHORT, text, length)


def _stock(text: str) -> Iterator[Finding]:
    """Stock phrases, where next to nothing stands beside them."""
    phrase = STOCK.search(text)
    if phrase and _length(_own(text)) < _limit(text, BARE, BARE_LATIN):
        yield Finding(Concern.STOCK_PHRASE, phrase.group().strip())


def _own(text: str) -> str:
    """Its clauses without those that belong to a stock phrase."""
    stock = [match.span() for match in STOCK.finditer(text)]
    return "".join(
        clause.group()
        for clause in CLAUSES.finditer(text)
        if not any(start < clause.end() and end > clause.start() for start, end in stock)
    )


def _reused(
    text: str, question: Document, earlier: Iterable[Earlier], encoder: Encoder | None
) -> Iterator[Finding]:
    """The most alike of the replies to other matters, and how many are as good as the same."""
    mine = _pairs(text)
    if len(mine) < LONG_ENOUGH:
        return
    alike = []
    for other in earlier:
        theirs = _pairs(substance(other.text))
        share = len(mine & theirs) / len(mine)
        if len(theirs) >= LONG_ENOUGH and share >= SAME and not other.same_matter:
            alike.append((share, other))
    same = [one for one in alike if not _one_question(question, one[1].question, encoder)]
    if same:
        best = max(same, key=lambda one: one[0])
        yield Finding(Concern.REUSED, best[1].no, len(same))


def _one_question(one: Document, other: Document | None, encoder: Encoder | None) -> bool:
    """Whether two questions are so alike that one answer serves both."""
    if other is None or encoder is None:
        return False
    mine, theirs = encode_documents(encoder, [one, other])
    return float(mine @ theirs) >= ONE_QUESTION


def _beside(text: str, question: Document, encoder: Encoder | None) -> Iterator[Finding]:
    """Neither words nor meaning of the question come back in the answer."""
    title = {word for word in words(question.title) if _tells(word)}
    if encoder is None or not title or _length(text) < _limit(text, SHORT, SHORT_LATIN):
        return
    if len(title & set(words(text))) > FEW_WORDS * len(title):
        return
    one, other = encode_documents(encoder, [question, Document("", text)])
    if float(one @ other) < UNLIKE:
        yield Finding(Concern.BESIDE_THE_POINT)


def _vague(text: str) -> Iterator[Finding]:
    """Neither what is done, nor when, nor whom to ask; that it was passed on is none of these."""
    said = _own(text)
    if not (MEASURE.search(said) or WHEN.search(said) or CONTACT.search(text)):
        yield Finding(Concern.NOTHING_CONCRETE)


def _personal(text: str, names: Collection[str]) -> Iterator[Finding]:
    found = disclosed(text, names=names)
    if found:
        yield Finding(Concern.PERSONAL_DATA, found[0], len(found))


def _blanks(text: str) -> Iterator[Finding]:
    """Places of a template that nobody filled in."""
    found = BLANK.findall(text)
    if found:
        yield Finding(Concern.BLANK_LEFT, found[0], len(found))


def _tells(word: str) -> bool:
    return len(word) >= TELLING and not word.isdigit()


def _pairs(text: str) -> set[str]:
    signs = re.sub(r"[\W\d_]+", "", text.casefold())
    return {signs[at : at + 2] for at in range(len(signs) - 1)}


def _length(text: str) -> int:
    return len(re.sub(r"\W+", "", text))


def _limit(text: str, chinese: int, latin: int) -> int:
    return chinese if re.search(r"[一-龥]", text) else latin
