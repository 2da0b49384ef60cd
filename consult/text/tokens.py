"""The tokens by which words are found: pairs of signs where a sign is a word, whole words elsewhere.

Chinese writes no blanks, and most of its words have two signs: every sign and every pair of
neighbours is a token. Of letters a whole word is one. PostgreSQL does the same in
``search.tokens`` (migration 0005); a test holds the two together.
"""

import re
from itertools import pairwise
from unicodedata import normalize

#: Signs that are words by themselves: Han, kana, hangul and their like, without their punctuation.
SIGNS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u9fff\ua000-\uabff\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{SIGNS}]+")
_BETWEEN = re.compile(
    r"[\s\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u9fff\ua000-\uabff\uac00-\ud7ff"
    r"\ue000-\ufe6f\uff00-\uffff\U00020000-\U0003ffff]+"
)


def tokens(text: str) -> set[str]:
    """Every token of a text.

    >>> sorted(tokens("Bus 17路"))
    ['17', 'bus', '路']
    >>> sorted(tokens("修路灯"))
    ['修', '修路', '灯', '路', '路灯']
    """
    plain = normalize("NFKC", text).lower()
    runs = _RUN.findall(plain)
    signs = {sign for run in runs for sign in run}
    pairs = {first + second for run in runs for first, second in pairwise(run)}
    return signs | pairs | {word for word in _BETWEEN.split(plain) if word}


def telling(text: str) -> set[str]:
    """The tokens that a search needs: a sign by itself only where it has no neighbour.

    >>> sorted(telling("修路灯")), sorted(telling("灯"))
    (['修路', '路灯'], ['灯'])
    """
    plain = normalize("NFKC", text).lower()
    found = {word for word in _BETWEEN.split(plain) if word}
    for run in _RUN.findall(plain):
        pairs = {first + second for first, second in pairwise(run)}
        found |= pairs or {run}
    return found
