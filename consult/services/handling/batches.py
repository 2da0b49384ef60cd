"""The same act on several cases at once, each with a result of its own: one that fails leaves the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from consult.exceptions import Refusal, StaleVersion
from models.case import Case

#: As many as stand on a page.
MOST = 50


@dataclass(frozen=True)
class Result:
    """What came of one case: nothing refused, or why it was."""

    case_id: int
    no: str
    title: str
    refusal: Refusal | None = None


def each(session: Session, cases: Iterable[Case], act: Callable[[Case], None]) -> list[Result]:
    """Do ``act`` to each of ``cases``; what is refused is undone for that case alone."""
    results = []
    for case in cases:
        named = (case.id, case.no, case.suggestion.title)
        try:
            with session.begin_nested():
                act(case)
        except Refusal as refusal:
            results.append(Result(*named, refusal))
        except StaleDataError:
            results.append(Result(*named, StaleVersion()))
        else:
            results.append(Result(*named))
    return results
