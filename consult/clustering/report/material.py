"""What a report is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from consult.clustering.documents import Document
from consult.clustering.grouping.results import Grouping


@dataclass(frozen=True)
class Material:
    """A grouping with the texts it is of, and what a reader wants to know beside.

    Parameters
    ----------
    source
        What the texts came from, such as the name of a file.
    documents, ids
        The texts that were grouped, and what each is called.
    grouping
        The result of :meth:`~consult.clustering.Clusterer.cluster` on these documents.
    made_at
        When it was made.
    users, times
        Who wrote each text and when, where that is known; both are shown as they are.
    facts
        More lines for "what was run", by their English names.
    contradictions
        A sentence for each contradiction among the judgements of people.

    Examples
    --------
    >>> from datetime import datetime
    >>> from consult.clustering import Clusterer, Document, HashingEncoder
    >>> texts = [Document("lower the rents"), Document("lower rents")]
    >>> grouping = Clusterer(HashingEncoder()).cluster(texts)
    >>> Material("rents.csv", texts, ["1", "2"], grouping, datetime(2026, 11, 23)).language
    'en'
    """

    source: str
    documents: Sequence[Document]
    ids: Sequence[str]
    grouping: Grouping
    made_at: datetime
    users: Sequence[str] = ()
    times: Sequence[str] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    contradictions: Sequence[str] = ()

    @property
    def language(self) -> str:
        """Return the language that most of the texts are in: ``zh`` or ``en``."""
        chinese = sum(_is_chinese(document.text[:200]) for document in self.documents[:1000])
        return "zh" if 2 * chinese > min(len(self.documents), 1000) else "en"


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)
