"""What a reviewer should look at in a reply: reasons, never a verdict.

Each check can be wrong, so none of them blocks anybody: the page shows what was found beside
the words it was found in, and a person decides. What share of real replies they touch, and how
often rightly, stands in docs/cases.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from consult.clustering import Document, Encoder, encode_documents
from consult.clustering.tokens.words import words
from consult.services.handling.reply_substance import substance
from consult.text.personal_data import find_personal_data


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
    """A reply to somebody else; on the ``same_matter`` the same may be said."""

    no: str
    text: str
    same_matter: bool = False


#: Sentences that answer nobody in particular.
STOCK = re.compile(
    r"请?(?:您)?(?:向|到|咨询|联系)(?:有关|相关)(?:部门|单位)[^。；]{0,10}"
    r"|已(?:经)?(?:转|转交|转至|转办|交由|交办)[^。；]{0,30}?(?:核实|调查|核处|办理|处理|办复|阅处|研究)"
    r"|已转阅"
    r"|(?:将|会)?(?:尽快|及时|认真|进一步)(?:处理|核实|研究|办理|解决|落实)"
    r"|(?:高度重视|正在(?:核实|处理|办理|研究)(?:中|之中)?|敬请(?:谅解|期待)|请(?:您)?(?:耐心)?等待)"
    r"|(?:forwarded|passed on) to (?:the )?(?:relevant|competent|responsible) \w+"
    r"|(?:contact|ask) the (?:relevant|competent|responsible) \w+|as soon as possible",
    re.IGNORECASE,
)
#: A thing that was done, or will be, or the ground on which it is not.
MEASURE = re.compile(
    r"《[^》]{2,40}》|第[一二三四五六七八九十百\d]+条|责令|整改|拆除|维修|修复|安装|更换|清理|清运|清除|查处|处罚|罚款"
    r"|立案|约谈|安排|组织|协调|召开|排查|检查|巡查|现场|经查|经核实|经调查|经了解|核实如下|属实|不属实"
    r"|纳入|列入|计划|规划|预计|开工|完工|竣工|施工|投入|拨付|发放|办结|退还|解决|标准|条件|材料|流程|登记|申请|办理时间"
    r"|根据|依据|按照|由于|因为|inspect|repair|replac|install|clean|fine|regulation|article \d|plan|budget",
    re.IGNORECASE,
)
WHEN = re.compile(
    r"\d{1,2}月(?:\d{1,2}日)?|\d{4}年|\d+\s*(?:个)?(?:工作日|天|日内|小时|周|个月)|年底|月底|上半年|下半年|季度"
    r"|(?:周|星期)[一二三四五六日]|\b\d{1,2} (?:days|weeks|months)\b|\b(?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december)\b",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"\d{3,4}[-—－]\d{4,}|(?<!\d)\d{7,11}(?!\d)|12345|电话|\btel\b|@", re.IGNORECASE
)

#: What a template leaves for a person, such as ``【核查情况】``, ``××`` or ``____``.
BLANK = re.compile(r"【[^【】\n]{0,40}】|[×✕]{2,}|_{3,}|(?<![A-Za-z])X{2,4}(?![A-Za-z])")

#: Signs of substance below which a reply is short; Chinese says more with each.
SHORT, SHORT_LATIN = 30, 90
#: Signs that are left beside stock phrases below which they are all there is.
BARE, BARE_LATIN = 25, 75
#: Share of the pairs of signs of the shorter reply that stand in the other.
SAME = 0.8
#: Fewer signs are alike by chance.
LONG_ENOUGH = 40
#: Both must be below for a reply to seem beside the point.
FEW_WORDS, UNLIKE = 0.08, 0.25
#: Words shorter than this tell little.
TELLING = 2


def check(
    text: str,
    *,
    question: Document,
    earlier: Iterable[Earlier] = (),
    encoder: Encoder | None,
) -> list[Finding]:
    """All reasons to look at a reply again, in the order of :class:`Concern`.

    ``earlier`` are replies to others that it may repeat; a few hundred take some milliseconds.
    Without an encoder nothing is said of a reply that shares no word with the question.
    """
    words_of_substance = substance(text)
    found = [
        *_short(words_of_substance),
        *_stock(words_of_substance),
        *_reused(words_of_substance, earlier),
        *_beside(words_of_substance, question, encoder),
        *_vague(words_of_substance),
        *_personal(text),
        *_blanks(text),
    ]
    order = list(Concern)
    return sorted(found, key=lambda finding: order.index(finding.concern))


def beside_the_reply(texts: Iterable[str], found: Iterable[Finding]) -> list[Finding]:
    """What the letter and the lines for single messages disclose, or leave blank."""
    known = {finding.concern for finding in found}
    more = [
        finding
        for text in texts
        for finding in (*_personal(text), *_blanks(text))
        if finding.concern not in known
    ]
    return list({finding.concern: finding for finding in more}.values())


def _short(text: str) -> Iterator[Finding]:
    if _length(text) < _limit(text, SHORT, SHORT_LATIN):
        yield Finding(Concern.TOO_SHORT, text)


def _stock(text: str) -> Iterator[Finding]:
    """Stock phrases, where next to nothing stands beside them."""
    phrases = [match.group() for match in STOCK.finditer(text)]
    left = "".join(
        sentence for sentence in re.split(r"[。；;！!\n]", text) if not STOCK.search(sentence)
    )
    if phrases and _length(left) < _limit(text, BARE, BARE_LATIN):
        yield Finding(Concern.STOCK_PHRASE, phrases[0])


def _reused(text: str, earlier: Iterable[Earlier]) -> Iterator[Finding]:
    """The most alike of the replies to other matters, and how many are as good as the same."""
    mine = _pairs(text)
    if len(mine) < LONG_ENOUGH:
        return
    alike = []
    for other in earlier:
        theirs = _pairs(substance(other.text))
        shorter = min(len(mine), len(theirs))
        if not other.same_matter and shorter >= LONG_ENOUGH:
            alike.append((len(mine & theirs) / shorter, other.no))
    same = [one for one in alike if one[0] >= SAME]
    if same:
        yield Finding(Concern.REUSED, max(same)[1], len(same))


def _beside(text: str, question: Document, encoder: Encoder | None) -> Iterator[Finding]:
    """Neither words nor meaning of the question come back in the answer."""
    asked = {word for word in words(f"{question.title}\n{question.body}") if _tells(word)}
    if not asked or _length(text) < _limit(text, SHORT, SHORT_LATIN):
        return
    title = {word for word in words(question.title) if _tells(word)}
    answered = set(words(text))
    shared = len(title & answered) / max(1, len(title))
    if shared > FEW_WORDS or encoder is None:
        return
    one, other = encode_documents(encoder, [question, Document("", text)])
    if float(one @ other) < UNLIKE:
        yield Finding(Concern.BESIDE_THE_POINT)


def _vague(text: str) -> Iterator[Finding]:
    """Neither what is done, nor when, nor whom to ask."""
    if not (MEASURE.search(text) or WHEN.search(text) or CONTACT.search(text)):
        yield Finding(Concern.NOTHING_CONCRETE)


def _personal(text: str) -> Iterator[Finding]:
    found = find_personal_data(text)
    if found:
        yield Finding(Concern.PERSONAL_DATA, found[0].text, len(found))


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
