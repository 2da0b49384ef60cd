"""Judging how urgent a text is, by words and rules, and saying which of them spoke."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.mailbox import Domain, Urgency
from models.suggestion import SuggestionKind

ORDER = (Urgency.ROUTINE, Urgency.PRESSING, Urgency.SUPPLY, Urgency.DANGER)
#: Where a clause ends.
CLAUSE_ENDS = re.compile(r"[，。；！？、,.;!?\n\r]+")
#: A clause that names a past year speaks of what is over.
PAST_YEAR = re.compile(r"(?:19|20)\d\d\s*年")


@dataclass(frozen=True)
class Word:
    """A word that says how urgent a message is, and longer ones in which it does not."""

    word: str
    urgency: Urgency
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What words together, or the kind of a message, say; an empty list asks nothing."""

    name: str
    urgency: Urgency
    any_of: tuple[str, ...] = ()
    and_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    kind: SuggestionKind | None = None
    domain: Domain | None = None
    at_most: bool = False
    #: Which rule of the house it is, or stands in for.
    house: str = ""
    #: Its row, if an agency made it.
    id: int = 0

    @property
    def is_empty(self) -> bool:
        """It would fire on everything."""
        return not (self.any_of or self.and_of or self.kind or self.domain)


class By(StrEnum):
    """What fired."""

    WORD = "word"
    #: A word of danger that is not the matter itself: only pressing.
    MENTIONED = "mentioned"
    RULE = "rule"
    #: A rule that says how urgent it is at most.
    LIMIT = "limit"


@dataclass(frozen=True)
class Fired:
    """A word or a rule that spoke, what for, and which words of the text it went by."""

    by: By
    name: str
    urgency: Urgency
    words: tuple[str, ...] = ()
    house: str = ""


@dataclass(frozen=True)
class Verdict:
    """How urgent a text seems, and why: the strongest reasons first."""

    urgency: Urgency
    fired: tuple[Fired, ...] = ()


@dataclass(frozen=True)
class Judge:
    """Words and rules that hold in one mailbox."""

    words: Sequence[Word]
    rules: Sequence[Rule] = ()
    #: Words that make a clause a supposition, or a report of what happens now.
    supposing: Sequence[str] = ()
    happening: Sequence[str] = ()
    #: Words that count in full wherever they stand.
    always: Collection[str] = frozenset()

    def judge(
        self,
        title: str,
        text: str = "",
        *,
        kind: SuggestionKind | None = None,
        domain: Domain | None = None,
    ) -> Verdict:
        """The most urgent class that a word or a rule stands for, unless a rule says at most."""
        said = f"{title}\n{text}".casefold()
        sure = "\n".join(self._sure(title.casefold(), text.casefold()))
        found = [*self._by_words(said, sure), *self._by_rules(said, sure, kind, domain)]
        urgency = max((one.urgency for one in found), key=ORDER.index, default=Urgency.ROUTINE)
        limits = [
            Fired(By.LIMIT, rule.name, rule.urgency, house=rule.house)
            for rule in self.rules
            if rule.at_most and _speaks(rule, said, kind, domain)
        ]
        for limit in limits:
            urgency = min(urgency, limit.urgency, key=ORDER.index)
        found.sort(key=lambda one: -ORDER.index(one.urgency))
        return Verdict(urgency, (*limits, *found))

    def _sure(self, title: str, text: str) -> Iterator[str]:
        """The clauses that say what is the matter: of the title, and of what happens now."""
        of_text = (
            clause
            for clause in CLAUSE_ENDS.split(text)
            if any(word in clause for word in self.happening)
        )
        for clause in (*CLAUSE_ENDS.split(title), *of_text):
            if not (PAST_YEAR.search(clause) or any(word in clause for word in self.supposing)):
                yield clause

    def _by_words(self, said: str, sure: str) -> Iterator[Fired]:
        for one in self.words:
            if one.urgency is Urgency.ROUTINE or one.word not in said:
                continue
            if not _stands(one, said):
                continue
            weighty = ORDER.index(one.urgency) > ORDER.index(Urgency.PRESSING)
            if weighty and one.word not in self.always and not _stands(one, sure):
                yield Fired(By.MENTIONED, one.word, Urgency.PRESSING, (one.word,))
            else:
                yield Fired(By.WORD, one.word, one.urgency, (one.word,))

    def _by_rules(
        self, said: str, sure: str, kind: SuggestionKind | None, domain: Domain | None
    ) -> Iterator[Fired]:
        for rule in self.rules:
            if rule.at_most or rule.urgency is Urgency.ROUTINE:
                continue
            if _speaks(rule, said, kind, domain):
                is_sure = not rule.and_of or any(word in sure for word in rule.and_of)
                urgency = rule.urgency
                if not is_sure:
                    urgency = min(urgency, Urgency.PRESSING, key=ORDER.index)
                words = _found((*rule.any_of, *rule.and_of), said)
                yield Fired(By.RULE, rule.name, urgency, words, rule.house)


def listed(words: str) -> tuple[str, ...]:
    """Words as a person types them, a line each or with commas, without doubles."""
    parts = re.split(r"[\n,，、;；]+", words.casefold())
    return tuple(dict.fromkeys(part for one in parts if (part := " ".join(one.split()))))


def _stands(one: Word, text: str) -> bool:
    """Whether the word is there other than in a longer one that means something else."""
    for longer in one.unless:
        text = text.replace(longer, "\n")
    return one.word in text


def _speaks(rule: Rule, said: str, kind: SuggestionKind | None, domain: Domain | None) -> bool:
    if rule.is_empty or (rule.kind or kind) is not kind or (rule.domain or domain) is not domain:
        return False
    if any(word in said for word in rule.none_of):
        return False
    return all(
        not words or any(word in said for word in words) for words in (rule.any_of, rule.and_of)
    )


def _found(words: Iterable[str], said: str) -> tuple[str, ...]:
    return tuple(word for word in words if word in said)
