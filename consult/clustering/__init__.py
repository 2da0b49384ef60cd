"""Group texts that make the same request: a library of its own. See docs/clustering.md."""

from consult.clustering.clusterer import Clusterer
from consult.clustering.constraints import Contradiction
from consult.clustering.documents import Document, digest, fingerprint
from consult.clustering.encoders import Encoder, encode_documents, load_encoder
from consult.clustering.errors import ClusteringError, EncoderUnavailable, WrongVectors
from consult.clustering.explanation import Explanation, explain
from consult.clustering.grouping import Group, Grouping
from consult.clustering.hashing import HashingEncoder
from consult.clustering.index import Index, Match
from consult.clustering.matching import Change, Event, Matching, match_groups
from consult.clustering.sentences import SentenceEncoder
from consult.clustering.static import StaticEncoder

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
