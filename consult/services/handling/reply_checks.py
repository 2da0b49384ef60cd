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
from consult.text.normalise import tidy
from consult.text.personal_data import find_personal_data


class Concern(StrEnum):
    """What may be wrong with a reply."""

    TOO_SHORT = "too_short"
    STOCK_PHRASE = "stock_phrase"
    REUSED = "reused"
    BESIDE_THE_POINT = "beside_the_point"
    NOTHING_CONCRETE = "nothing_concrete"
    PERSONAL_DATA = "personal_data"


@dataclass(frozen=True)
class Finding:
    """One reason to look again, and the words that gave it."""

    concern: Concern
    detail: str = ""


@dataclass(frozen=True)
class Earlier:
    """A reply to somebody else."""

    no: str
    text: str


SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]?")
#: What is said to everybody: who is spoken to, thanks, and that it was received.
POLITE = re.compile(
    r"您好|你好|尊敬的|感谢|谢谢|已收悉|已收到|已知悉|特此|此复"
    r"|\bthank|\bdear\b|\bhello\b|\b(?:has been|was) (?:received|noted)\b",
    re.IGNORECASE,
)
#: A polite sentence is cut at this; what comes after it may be the answer.
CUT = re.compile(
    r"(?:回复|答复|说明|情况)?如下[：:，,]?|[：:]|您好[，,！]?|你好[，,！]?|收悉[，,]?"
)
#: A polite sentence that is longer says something besides.
LONG_SENTENCE = 60
#: Who signs, and when.
SIGNED = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日\s*$|[一-龥]{2,16}(?:局|委|办|政府|公司)\s*$")
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
    encoder: Encoder,
) -> list[Finding]:
    """All reasons to look at a reply again, in the order of :class:`Concern`.

    ``earlier`` are replies to others that it may repeat; a few hundred take some milliseconds.
    """
    words_of_substance = substance(text)
    found = [
        *_short(words_of_substance),
        *_stock(words_of_substance),
        *_reused(words_of_substance, earlier),
        *_beside(words_of_substance, question, encoder),
        *_vague(words_of_substance),
        *_personal(text),
    ]
    order = list(Concern)
    return sorted(found, key=lambda finding: order.index(finding.concern))


def substance(text: str) -> str:
    """The reply without greetings, thanks, notes of receipt and the signature."""
    left = "".join(_said(sentence) for sentence in SENTENCE.findall(tidy(text)))
    return SIGNED.sub("", left.strip()[-40:]) if len(left) < LONG_ENOUGH else left.strip()


def _said(sentence: str) -> str:
    """What of a sentence is not mere politeness."""
    if not POLITE.search(sentence):
        return sentence
    rest = CUT.split(sentence)[-1] if CUT.search(sentence) else sentence
    return rest if len(rest) > LONG_SENTENCE or not POLITE.search(rest) else ""


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
    mine = _pairs(text)
    if len(mine) < LONG_ENOUGH:
        return
    for other in earlier:
        theirs = _pairs(substance(other.text))
        shorter = min(len(mine), len(theirs))
        if shorter >= LONG_ENOUGH and len(mine & theirs) >= SAME * shorter:
            yield Finding(Concern.REUSED, other.no)
            return


def _beside(text: str, question: Document, encoder: Encoder) -> Iterator[Finding]:
    """Neither words nor meaning of the question come back in the answer."""
    asked = {word for word in words(f"{question.title}\n{question.body}") if _tells(word)}
    if not asked or _length(text) < _limit(text, SHORT, SHORT_LATIN):
        return
    title = {word for word in words(question.title) if _tells(word)}
    answered = set(words(text))
    shared = len(title & answered) / max(1, len(title))
    if shared > FEW_WORDS:
        return
    one, other = encode_documents(encoder, [question, Document("", text)])
    if float(one @ other) < UNLIKE:
        yield Finding(Concern.BESIDE_THE_POINT)


def _vague(text: str) -> Iterator[Finding]:
    """Neither what is done, nor when, nor whom to ask."""
    if not (MEASURE.search(text) or WHEN.search(text) or CONTACT.search(text)):
        yield Finding(Concern.NOTHING_CONCRETE)


def _personal(text: str) -> Iterator[Finding]:
    for finding in find_personal_data(text):
        yield Finding(Concern.PERSONAL_DATA, text[finding.start : finding.end])
        return


def _tells(word: str) -> bool:
    return len(word) >= TELLING and not word.isdigit()


def _pairs(text: str) -> set[str]:
    signs = re.sub(r"[\W\d_]+", "", text.casefold())
    return {signs[at : at + 2] for at in range(len(signs) - 1)}


def _length(text: str) -> int:
    return len(re.sub(r"\W+", "", text))


def _limit(text: str, chinese: int, latin: int) -> int:
    return chinese if re.search(r"[一-龥]", text) else latin
