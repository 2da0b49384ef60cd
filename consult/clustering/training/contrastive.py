"""Contrastive training of one vector per word, on one core in minutes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from consult.clustering.training.sources import Source

Progress = Callable[[int, int], None]
#: Steps until the full rate.
WARM_UP = 50
#: Texts tokenised at a time.
TEXTS = 2000


@dataclass(frozen=True)
class Recipe:
    """Settings of a training; the defaults made the shipped model."""

    dimension: int = 256
    steps: int = 2200
    batch: int = 768
    rate: float = 0.02
    scale: float = 20.0
    longest: int = 160
    dropout: float = 0.3
    cuts: tuple[int, ...] = (256, 64)
    graded_every: int = 4
    seed: int = 20201


def train(
    tokenizer: Tokenizer,
    sources: Sequence[Source],
    recipe: Recipe,
    progress: Progress | None = None,
) -> np.ndarray:
    """Return one row of ``recipe.dimension`` numbers for each piece of the tokenizer.

    Learns by multiple-negatives ranking on positives (the other texts of the batch are the
    wrong answers) and by CoSENT on graded pairs, at several lengths of the vector (Matryoshka).
    """
    generator = np.random.default_rng(recipe.seed)
    torch.manual_seed(recipe.seed)
    bag = nn.EmbeddingBag(tokenizer.get_vocab_size(), recipe.dimension, mode="mean", sparse=True)
    nn.init.normal_(bag.weight, std=0.05)
    optimiser = torch.optim.SparseAdam(list(bag.parameters()), lr=recipe.rate)
    ranked = [
        _tokenised(tokenizer, source.positives, source.name)
        for source in sources
        if source.positives
    ]
    graded = [_graded(tokenizer, source) for source in sources if source.graded]
    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = _rate(recipe, step)
        if graded and step % recipe.graded_every == recipe.graded_every - 1:
            loss = _graded_loss(bag, _draw(graded, generator), recipe, generator)
        else:
            loss = _ranking_loss(bag, _draw(ranked, generator), recipe, generator)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()  # type: ignore[no-untyped-call]
        if progress:
            progress(step + 1, recipe.steps)
    weight = bag.weight.detach().numpy().copy()
    weight[0] = 0  # what is unknown says nothing
    return weight


def _rate(recipe: Recipe, step: int) -> float:
    """Rise for fifty steps, then fall in a straight line."""
    return recipe.rate * min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / recipe.steps)


@dataclass(frozen=True)
class _Pairs:
    name: str
    first: list[np.ndarray]
    second: list[np.ndarray]
    marks: np.ndarray


def _tokenised(tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]], name: str) -> _Pairs:
    first, second = ([p[0] for p in pairs], [p[1] for p in pairs])
    return _Pairs(
        name, _ids(tokenizer, first), _ids(tokenizer, second), np.ones(len(pairs), np.float32)
    )


def _graded(tokenizer: Tokenizer, source: Source) -> _Pairs:
    pairs = _tokenised(tokenizer, [(a, b) for a, b, _ in source.graded], source.name)
    return _Pairs(
        source.name, pairs.first, pairs.second, np.array([m for *_, m in source.graded], np.float32)
    )


def _ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[np.ndarray]:
    kept: list[np.ndarray] = []
    for start in range(0, len(texts), TEXTS):
        chunk = list(texts[start : start + TEXTS])
        encodings = tokenizer.encode_batch_fast(chunk, add_special_tokens=False)
        kept += [np.array(encoding.ids or [0], np.int32) for encoding in encodings]
    return kept


def _draw(sources: Sequence[_Pairs], generator: np.random.Generator) -> _Pairs:
    """Choose a source; large ones more often, but by the root of their size only."""
    weights = np.sqrt([len(source.first) for source in sources])
    return sources[generator.choice(len(sources), p=weights / weights.sum())]


def _bag(
    bag: nn.EmbeddingBag,
    lists: Iterator[np.ndarray],
    recipe: Recipe,
    generator: np.random.Generator,
) -> torch.Tensor:
    cropped = [_crop(ids, recipe, generator) for ids in lists]
    offsets = np.cumsum([0] + [len(ids) for ids in cropped[:-1]])
    vectors: torch.Tensor = bag(
        torch.from_numpy(np.concatenate(cropped).astype(np.int64)), torch.from_numpy(offsets)
    )
    return vectors


def _crop(ids: np.ndarray, recipe: Recipe, generator: np.random.Generator) -> np.ndarray:
    """Take a window of a long text and leave out a few words, so that no word is relied upon."""
    if len(ids) > recipe.longest:
        start = generator.integers(0, len(ids) - recipe.longest)
        ids = ids[start : start + recipe.longest]
    kept = ids[generator.random(len(ids)) >= recipe.dropout]
    return kept if len(kept) else ids


def _ranking_loss(
    bag: nn.EmbeddingBag, pairs: _Pairs, recipe: Recipe, generator: np.random.Generator
) -> torch.Tensor:
    rows = generator.choice(len(pairs.first), min(recipe.batch, len(pairs.first)), replace=False)
    first = _bag(bag, (pairs.first[row] for row in rows), recipe, generator)
    second = _bag(bag, (pairs.second[row] for row in rows), recipe, generator)
    aims = torch.arange(len(rows))
    losses = []
    for cut in recipe.cuts:
        scores = (
            recipe.scale
            * functional.normalize(first[:, :cut])
            @ functional.normalize(second[:, :cut]).T
        )
        losses.append(
            functional.cross_entropy(scores, aims) + functional.cross_entropy(scores.T, aims)
        )
    return torch.stack(losses).sum() / 2


def _graded_loss(
    bag: nn.EmbeddingBag, pairs: _Pairs, recipe: Recipe, generator: np.random.Generator
) -> torch.Tensor:
    rows = generator.choice(len(pairs.first), min(recipe.batch, len(pairs.first)), replace=False)
    first = _bag(bag, (pairs.first[row] for row in rows), recipe, generator)
    second = _bag(bag, (pairs.second[row] for row in rows), recipe, generator)
    marks = torch.from_numpy(pairs.marks[rows])
    scores = recipe.scale * functional.cosine_similarity(first, second)
    wrong = scores[:, None] - scores[None, :]
    ordered = marks[:, None] < marks[None, :]  # the first should score lower than the second
    return torch.logsumexp(torch.cat([torch.zeros(1), wrong[ordered]]), 0)
