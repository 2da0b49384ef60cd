"""How common words are in a large topic: counted by a job, read by whoever compares."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.clustering.index.counts import Counting, TokenCounts
from consult.services.grouping.documents import worded
from consult.services.grouping.vectors import Stored, stored_vectors, unpacked
from models.search import TopicWords
from models.suggestion import Embedding, Suggestion, SuggestionStatus
from models.topic import Topic

#: So many suggestions are read, spread over the whole topic; the counts are scaled up.
SAMPLE = 200_000
#: Suggestions read at a time, which bounds the memory.
LOT = 1000
#: Topics whose counts a process keeps; a million texts are 8 MB.
CAPACITY = 8


def count(session: Session, topic: Topic, *, model: str, now: datetime) -> TokenCounts:
    """Count the words of ``topic`` anew and keep the counts; 0.1 ms a suggestion, at most half a minute."""
    ids = _sampled(session, topic, model)
    last = session.scalar(select(func.max(Embedding.id)).where(Embedding.topic_id == topic.id))
    counting = Counting()
    for start in range(0, len(ids), LOT):
        rows = stored_vectors(session, topic.id, model=model, only=ids[start : start + LOT])
        _add(counting, rows)
    total = _total(session, topic)
    counts = counting.result(share=min(1.0, len(ids) / max(1, total)))
    kept = session.get(TopicWords, topic.id) or TopicWords(topic_id=topic.id, version=0)
    kept.version, kept.model, kept.made_at = kept.version + 1, model, now
    kept.last_embedding_id, kept.documents = last or 0, counts.documents
    kept.counts = counts.to_bytes()
    session.add(kept)
    session.flush()  # whoever asks next in this transaction reads it
    return counts


def _add(counting: Counting, rows: list[Stored]) -> None:
    if rows:
        documents = [worded(row.title, row.facts, row.proposal) for row in rows]
        counting.add(documents, unpacked(rows))


def _total(session: Session, topic: Topic) -> int:
    """Valid suggestions; counted without touching the wide rows."""
    standing = (Suggestion.topic_id == topic.id, Suggestion.status == SuggestionStatus.RECEIVED)
    return session.scalar(select(func.count()).where(*standing)) or 0


def _sampled(session: Session, topic: Topic, model: str) -> list[int]:
    """Every suggestion with a vector, or every second, third … in the order of arrival."""
    ids = session.scalars(
        select(Embedding.suggestion_id)
        .where(Embedding.topic_id == topic.id, Embedding.model == model)
        .order_by(Embedding.suggestion_id)
    ).all()
    return list(ids[:: max(1, -(-len(ids) // SAMPLE))])


class KnownWords:
    """The counts of the topics that this process asks for, read when they were made anew.

    May be shared by threads.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, TokenCounts]] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session, topic_id: int) -> TokenCounts | None:
        """The counts of a topic, None if none were made; one small query, and the rest the first time."""
        version = session.scalar(select(TopicWords.version).where(TopicWords.topic_id == topic_id))
        if version is None:
            return None
        with self._lock:
            kept = self._kept.get(topic_id)
        if kept is None or kept[0] != version:
            packed = select(TopicWords.counts).where(TopicWords.topic_id == topic_id)
            kept = version, TokenCounts.from_bytes(session.scalars(packed).one())
        with self._lock:
            self._kept[topic_id] = kept
            self._kept.move_to_end(topic_id)
            while len(self._kept) > CAPACITY:
                self._kept.popitem(last=False)
        return kept[1]
