"""What the address of a list of suggestions asks for; nonsense in it is passed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from consult.services.suggesting.suggestion_lists import Sort
from consult.text.normalise import tidy_line
from models.document import Clause
from models.suggestion import SuggestionKind
from models.topic import Question


@dataclass(frozen=True)
class Asked:
    """Order, filters and page."""

    sort: Sort
    words: str
    clause: Clause | None
    question: Question | None
    kind: SuggestionKind | None
    page: int

    @property
    def filters(self) -> dict[str, Any]:
        """As arguments of the service."""
        return vars(self).copy()

    @property
    def arguments(self) -> dict[str, Any]:
        """As arguments of an address, without the page."""
        found = {
            "sort": "" if self.sort is Sort.NEWEST else self.sort.value,
            "q": self.words,
            "clause": self.clause.anchor if self.clause else "",
            "question": self.question.id if self.question else "",
            "kind": self.kind.value if self.kind else "",
        }
        return {name: value for name, value in found.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether some are left out."""
        return bool(self.words or self.clause or self.question or self.kind)


def asked(clauses: Sequence[Clause], questions: Sequence[Question]) -> Asked:
    """Read the address of this request."""
    args = request.args
    sort, kind = args.get("sort", ""), args.get("kind", "")
    anchor, number = args.get("clause", ""), args.get("question", 0, type=int)
    return Asked(
        sort=Sort(sort) if sort in set(Sort) else Sort.NEWEST,
        words=tidy_line(args.get("q", ""))[:100],
        clause=next((one for one in clauses if one.anchor == anchor), None),
        question=next((one for one in questions if one.id == number), None),
        kind=SuggestionKind(kind) if kind in set(SuggestionKind) else None,
        page=max(1, args.get("page", 1, type=int)),
    )
