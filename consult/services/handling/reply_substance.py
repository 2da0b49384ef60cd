"""What a reply says when greetings, thanks, notes of receipt and the signature are taken away."""

import re

from consult.text.normalise import tidy

#: A shorter text is no more than its signature.
LONG_ENOUGH = 40
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
