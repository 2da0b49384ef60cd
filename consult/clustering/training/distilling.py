"""Learn what single words mean from a larger model, so that wordings without a shared word meet.

Each word goes through the teacher alone; what its vectors have in common is taken out, the
directions that tell most are kept, and frequent words count less (as Model2Vec does; the weights
are those of Arora, Liang and Ma 2017).
"""

import json
import math
import re
from collections.abc import Sequence

import numpy as np
from tokenizers import Tokenizer

from consult.clustering.encoders.loading import Encoder
from consult.clustering.vectors import Floats, Vectors

#: Words at a time.
BATCH = 1024
#: A word whose share of all words is this large counts half.
COMMON = 1e-3
#: Words that can be taught; single letters are parts of words and names.
LATIN = re.compile(r"[a-z]{2,}")


def taught(
    tokenizer: Tokenizer, weight: Floats, teacher: Encoder, more: Sequence[str] = ()
) -> tuple[Tokenizer, Floats]:
    """Return the model with the English words of ``more`` and its own as the teacher knows them.

    ``more`` come the most frequent first, as in the teacher's own vocabulary; words that the model
    does not have yet are added. All other rows stay. The teacher reads some hundred words a second.
    """
    stored = json.loads(tokenizer.to_str())
    vocabulary = stored["model"]["vocab"]
    place = {piece: at for at, (piece, _) in enumerate(vocabulary)}
    words = [word for word in dict.fromkeys([*more, *place]) if LATIN.fullmatch(word)]
    rows = distilled(words, teacher, weight.shape[1]) * _usual_length(weight, place)
    shares = zipf(len(words))
    fresh: list[Floats] = []
    for word, row, share in zip(words, rows, shares.tolist(), strict=True):
        score = math.log(share) - 1
        if word in place:
            weight[place[word]] = row
            vocabulary[place[word]][1] = max(vocabulary[place[word]][1], score)
        else:
            vocabulary.append([word, score])
            fresh.append(row)
    table = np.concatenate([weight, np.array(fresh, np.float32).reshape(-1, weight.shape[1])])
    return Tokenizer.from_str(json.dumps(stored)), table


def distilled(words: Sequence[str], teacher: Encoder, dimension: int) -> Floats:
    """Return ``dimension`` numbers for each word, of mean length one; frequent words first."""
    starts = range(0, len(words), BATCH)
    rows = np.concatenate([teacher.encode(words[at : at + BATCH]) for at in starts])
    shares = zipf(len(words))
    kept = principal(rows, dimension) * (COMMON / (COMMON + shares))[:, None]
    return np.asarray(kept / max(float(np.linalg.norm(kept, axis=1).mean()), 1e-12), np.float32)


def principal(rows: Vectors, dimension: int) -> Floats:
    """Return the first principal components; zeros where the teacher has fewer numbers."""
    middle = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(middle.T @ middle)
    kept = middle @ directions[:, ::-1][:, :dimension]
    return np.asarray(np.pad(kept, ((0, 0), (0, dimension - kept.shape[1]))), np.float32)


def zipf(count: int) -> np.ndarray:
    """Return the share of each word among all words that are said, the most frequent first."""
    shares = 1 / np.arange(1, count + 1)
    return np.asarray(shares / shares.sum())


def _usual_length(weight: Floats, place: dict[str, int]) -> float:
    """Return the mean length of the other rows, so that mixed texts mix fairly."""
    others = [at for piece, at in place.items() if at and not piece.isascii()]
    return float(np.linalg.norm(weight[others], axis=1).mean()) if others else 1.0
