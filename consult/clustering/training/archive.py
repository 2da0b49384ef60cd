"""Everything that a model is trained on, and its training from end to end."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from consult.clustering.encoders.loading import Encoder
from consult.clustering.training import contrastive, distilling, export, frequencies, vocabulary
from consult.clustering.training.sources import Source, from_documents, from_pairs, from_passages

#: Statutes are many and all alike: their words count for less.
PASSAGES_COUNT = 0.15
#: Pairs left out of training by a hash of their first text, to measure the model on.
HELD_OUT = 25


class Archive:
    """The sources of one training."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self._counts: Counter[str] = Counter()
        self._archives: list[list[str]] = []

    def add_documents(self, name: str, documents: Sequence[tuple[str, str]]) -> None:
        """Add texts with a title and a body."""
        self._archives.append([f"{title}\n{body}" for title, body in documents])
        self._add(from_documents(name, documents))

    def add_pairs(self, path: Path) -> None:
        """Add pairs; one in twenty-five is held out."""
        source = from_pairs(path)
        self._add(
            Source(
                source.name,
                [pair for pair in source.positives if not is_held_out(pair[0])],
                [pair for pair in source.graded if not is_held_out(pair[0])],
            )
        )

    def add_passages(self, path: Path) -> None:
        """Add headings with their texts."""
        self._add(from_passages(path), PASSAGES_COUNT)

    def train(
        self,
        out: Path,
        *,
        name: str,
        steps: int,
        pieces: int,
        teacher: Encoder | None = None,
        more: Sequence[str] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> dict[str, object]:
        """Train, write the model into ``out`` and return its card.

        ``teacher`` tells what English words mean, those of the archive and ``more`` (see
        :func:`~consult.clustering.training.distilling.taught`).
        """
        torch.set_num_threads(1)
        recipe = contrastive.Recipe(steps=steps)
        tokenizer = vocabulary.build_tokenizer(self._counts, pieces)
        weight = contrastive.train(tokenizer, self.sources, recipe, progress)
        if teacher is not None:
            tokenizer, weight = distilling.taught(tokenizer, weight, teacher, more)
        card = {
            "name": name,
            "version": hashlib.blake2b(weight.tobytes(), digest_size=4).hexdigest(),
            "pieces": tokenizer.get_vocab_size(),
            "recipe": asdict(recipe),
            "teacher": teacher.name if teacher else None,
            "sources": [
                {"name": source.name, "same": len(source.positives), "graded": len(source.graded)}
                for source in self.sources
            ],
        }
        export.save(out, tokenizer, weight, card)
        frequencies.write(out, self._archives)
        return card

    def _add(self, source: Source, share: float = 1.0) -> None:
        self.sources.append(source)
        for word, count in vocabulary.count_words(source.texts()).items():
            self._counts[word] += count * share  # type: ignore[assignment]


def is_held_out(text: str) -> bool:
    """Say whether a pair that begins with this text is kept for measuring."""
    return int(hashlib.blake2b(text.encode(), digest_size=4).hexdigest(), 16) % HELD_OUT == 0
