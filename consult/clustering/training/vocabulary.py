"""A tokenizer of our own for Chinese and English: whole words, and characters where a word is unknown."""

import math
from collections import Counter
from collections.abc import Iterable

import rjieba
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

UNKNOWN = "[UNK]"
#: Characters kept, if seen so often; words longer than this are no words.
CHARACTERS, SEEN, LONGEST = 7000, 2, 16

#: Runs that are cut into pieces: Chinese, letters of any other script, digits, signs such as emoji.
RUNS = r"\p{Han}+|[^\W\d_\p{Han}]+|\d+|\p{So}"

#: Endings that let an unknown English word share a row with its relatives.
ENDINGS = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "er",
    "ers",
    "ly",
    "ion",
    "ions",
    "ation",
    "al",
    "ment",
    "able",
    "ity",
    "ness",
    "ism",
    "ist",
    "ive",
    "ize",
    "izing",
    "ized",
)


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count words as rjieba cuts them; texts should be in NFKC already."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word.casefold() for word in rjieba.cut(text) if word.isalnum())
    return counts


def build_tokenizer(counts: Counter[str], size: int) -> Tokenizer:
    """Make a unigram tokenizer of the ``size`` most frequent words and all frequent characters.

    Unigram segmentation takes the most probable cut by word frequencies, which is what
    a Chinese word segmenter does: at inference no Python is needed for it.
    """
    characters: Counter[str] = Counter()
    for word, count in counts.items():
        for sign in word:
            characters[sign] += count
    kept = dict.fromkeys(
        sign for sign, count in characters.most_common(CHARACTERS) if count >= SEEN
    )
    kept |= dict.fromkeys(ENDINGS)
    words = sorted(
        (word for word in counts if 1 < len(word) <= LONGEST),
        key=lambda word: (-counts[word], word),
    )
    for word in words:
        if len(kept) >= size - 1:
            break
        kept.setdefault(word)
    total = float(sum(counts.values()))
    score = {piece: math.log(_weight(piece, counts) / total) for piece in kept}
    model = Unigram([(UNKNOWN, math.log(0.001 / total)), *score.items()], 0, byte_fallback=False)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(RUNS), "removed", invert=True)
    return tokenizer


def _weight(piece: str, counts: Counter[str]) -> float:
    return max(float(counts.get(piece, 0)), 0.5)
