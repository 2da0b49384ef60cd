"""Group texts that make the same request: a library of its own. See docs/clustering.md."""

from importlib import import_module
from typing import TYPE_CHECKING

from consult.clustering.campaigns.bursts import Burst, bursts
from consult.clustering.campaigns.copies import near_copies
from consult.clustering.campaigns.families import Family, families
from consult.clustering.documents import Document, digest, fingerprint
from consult.clustering.encoders.hashing import HashingEncoder
from consult.clustering.encoders.loading import Encoder, encode_documents, load_encoder
from consult.clustering.encoders.sentences import SentenceEncoder
from consult.clustering.encoders.static import StaticEncoder
from consult.clustering.errors import (
    ClusteringError,
    EncoderUnavailable,
    WrongConstraints,
    WrongDocuments,
    WrongSettings,
    WrongVectors,
    WrongWeights,
)
from consult.clustering.grouping.constraints import Contradiction
from consult.clustering.grouping.matching import Change, Event, Matching, match_groups
from consult.clustering.grouping.results import Group, Grouping
from consult.clustering.index.index import Index, Match
from consult.clustering.index.placing import Placement, Placer, placement
from consult.clustering.similarity.explanation import Contribution, Explanation, explain
from consult.clustering.themes.finding import find_themes
from consult.clustering.themes.results import Theme, Themes

if TYPE_CHECKING:
    from consult.clustering.estimator import SuggestionClusterer
    from consult.clustering.grouping.clusterer import Clusterer

#: Names that are imported when they are first asked for: they need heavy libraries (scipy,
#: scikit-learn), and who only compares one text with others is to start quickly and stay small.
_LATER = {
    "Clusterer": "consult.clustering.grouping.clusterer",
    "SuggestionClusterer": "consult.clustering.estimator",
}

__all__ = [
    "Burst",
    "Change",
    "Clusterer",
    "ClusteringError",
    "Contradiction",
    "Contribution",
    "Document",
    "Encoder",
    "EncoderUnavailable",
    "Event",
    "Explanation",
    "Family",
    "Group",
    "Grouping",
    "HashingEncoder",
    "Index",
    "Match",
    "Matching",
    "Placement",
    "Placer",
    "SentenceEncoder",
    "StaticEncoder",
    "SuggestionClusterer",
    "Theme",
    "Themes",
    "WrongConstraints",
    "WrongDocuments",
    "WrongSettings",
    "WrongVectors",
    "WrongWeights",
    "bursts",
    "digest",
    "encode_documents",
    "explain",
    "families",
    "find_themes",
    "fingerprint",
    "load_encoder",
    "match_groups",
    "near_copies",
    "placement",
]


def __getattr__(name: str) -> object:
    """Import what is asked for and was not imported at once."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
