"""Group texts that make the same request: a library of its own. See docs/clustering.md."""

from consult.clustering.documents import Document, digest, fingerprint
from consult.clustering.encoders.hashing import HashingEncoder
from consult.clustering.encoders.loading import Encoder, encode_documents, load_encoder
from consult.clustering.encoders.sentences import SentenceEncoder
from consult.clustering.encoders.static import StaticEncoder
from consult.clustering.errors import ClusteringError, EncoderUnavailable, WrongVectors
from consult.clustering.grouping.clusterer import Clusterer
from consult.clustering.grouping.constraints import Contradiction
from consult.clustering.grouping.matching import Change, Event, Matching, match_groups
from consult.clustering.grouping.results import Group, Grouping
from consult.clustering.index.index import Index, Match
from consult.clustering.similarity.explanation import Explanation, explain

__all__ = [
    "Change",
    "Clusterer",
    "ClusteringError",
    "Contradiction",
    "Document",
    "Encoder",
    "EncoderUnavailable",
    "Event",
    "Explanation",
    "Group",
    "Grouping",
    "HashingEncoder",
    "Index",
    "Match",
    "Matching",
    "SentenceEncoder",
    "StaticEncoder",
    "WrongVectors",
    "digest",
    "encode_documents",
    "explain",
    "fingerprint",
    "load_encoder",
    "match_groups",
]
