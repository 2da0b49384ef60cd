"""What came of a batch, from the act that did it to the page that shows it.

The address of that page carries it, signed and for one person alone: loaded again it acts on
nothing, and no server has to remember it. Titles are no part of it; they are read anew, by who may.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from consult.exceptions import NotFound
from consult.services.caseload import batch_pages
from consult.services.handling.batches import Result
from consult.services.handling.moves import CaseAct
from consult.web import current
from consult.web.refusals import translated
from models.case import Case


@dataclass(frozen=True)
class Line:
    """One case of a batch; ``why`` it was not done, empty if it was."""

    no: str
    why: str
    #: None: whoever did it sees the case no longer.
    case: Case | None


def sealed(act: CaseAct, results: Sequence[Result]) -> str:
    """The results as they stand in an address, each reason once."""
    whys = [translated(one.refusal) if one.refusal else "" for one in results]
    said = list(dict.fromkeys(whys))
    lines = [(one.case_id, one.no, said.index(why)) for one, why in zip(results, whys, strict=True)]
    token: str = _signer().dumps([current.somebody().id, act.value, said, lines])
    return token


def opened(act: CaseAct, token: str) -> list[Line]:
    """The lines of a result, what was refused first.

    :raises NotFound: if it is not what :func:`sealed` gave this very person for this act.
    """
    try:
        person_id, of_act, said, lines = _signer().loads(token)
    except (BadSignature, ValueError):
        raise NotFound from None
    person = current.somebody()
    if (person_id, of_act) != (person.id, act.value):
        raise NotFound
    ids = [case_id for case_id, _no, _why in lines]
    cases = {one.id: one for one in batch_pages.chosen(current.session(), ids, reader=person)}
    found = [Line(no, said[why], cases.get(case_id)) for case_id, no, why in lines]
    return sorted(found, key=lambda line: not line.why)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="batch")
