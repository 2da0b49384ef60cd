"""An explanation as lines that anybody can read, in English and Chinese."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from consult.clustering.errors import WrongSettings

if TYPE_CHECKING:
    from consult.clustering.similarity.explanation import Explanation

#: Passages and words named in a line.
NAMED = 5
#: Nobody is surer than this of two different texts.
SURE = 0.99

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "score": "{share} likely to be the same request.",
        "copies": "The same text, but for case, width, blanks and punctuation.",
        "shares": "What speaks for it: {parts}.",
        "meaning": "meaning {share}",
        "wording": "shared wording {share}",
        "names": "shared rare names {share}",
        "passages": "Word for word in both: {list}.",
        "shared": "Telling words in both: {list}.",
        "first": "Only the first says: {list}.",
        "second": "Only the second says: {list}.",
        "places": "They name different places: {first}; {second}.",
        "opposite": "They want opposite things.",
        "strange": "Each names something rarer than what both share.",
        "extra": "Only one names the place: {list}.",
        "no place": "none",
        "nothing": "No telling word is in both.",
        "quoted": "“{text}”",
        "comma": ", ",
    },
    "zh": {
        "score": "{share} 的可能是同一诉求。",
        "copies": "文字相同，至多大小写、全半角、空格和标点不同。",
        "shares": "依据：{parts}。",
        "meaning": "意思相近 {share}",
        "wording": "用语相同 {share}",
        "names": "都有的少见名称 {share}",
        "passages": "两条都有的原话：{list}。",
        "shared": "两条都有的关键词：{list}。",
        "first": "只有第一条说：{list}。",
        "second": "只有第二条说：{list}。",
        "places": "地点不同：{first}；{second}。",
        "opposite": "两条的要求相反。",
        "strange": "两条各有比共同用语更少见的说法。",
        "extra": "只有一条写明地点：{list}。",
        "no place": "未写明",
        "nothing": "没有共同的关键词。",
        "quoted": "“{text}”",
        "comma": "、",
    },
}


def described(explanation: "Explanation", language: str) -> str:
    """Return an explanation in lines.

    :raises WrongSettings: if there are no phrases in that language.
    """
    if language not in PHRASES:
        raise WrongSettings(f"there are phrases in {', '.join(PHRASES)}, not in {language!r}")
    return "\n".join(_lines(explanation, PHRASES[language]))


def _lines(found: "Explanation", say: Mapping[str, str]) -> Iterator[str]:
    def listed(words: Sequence[str]) -> str:
        return say["comma"].join(say["quoted"].format(text=word) for word in words[:NAMED])

    yield say["score"].format(share=_share(found.score))
    if found.copies:
        yield say["copies"]
        return
    shares = [
        say[kind].format(share=f"{share:.0%}")
        for kind, share in found.contributions.items()
        if share
    ]
    if shares:
        yield say["shares"].format(parts=say["comma"].join(shares))
    if any(part.signal == "places" and part.log_odds < 0 for part in found.signals):
        first, second = (
            listed(places) or say["no place"]
            for places in (found.places_first, found.places_second)
        )
        yield say["places"].format(first=first, second=second)
    elif bool(found.places_first) != bool(found.places_second):
        yield say["extra"].format(list=listed(found.places_first + found.places_second))
    if any(part.signal == "wishes" and part.log_odds < 0 for part in found.signals):
        yield say["opposite"]
    if any(part.signal == "strange" and part.log_odds < 0 for part in found.signals):
        yield say["strange"]
    yield from (
        say[name].format(list=listed(words))
        for name, words in (
            ("passages", found.passages),
            ("shared", found.shared_words),
            ("first", found.only_first),
            ("second", found.only_second),
        )
        if words
    )
    if not found.shared_words and not found.passages:
        yield say["nothing"]


def _share(score: float) -> str:
    """Return a score as a percentage; only copies are certain."""
    if SURE <= score < 1:
        return f">{SURE:.0%}"
    return f"<{1 - SURE:.0%}" if score < 1 - SURE else f"{score:.0%}"
