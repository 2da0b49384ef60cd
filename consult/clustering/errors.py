"""What the library refuses, each with the step that helps.

ClusteringError
├── EncoderUnavailable   the model is not there, or not one we can read
├── WrongConstraints     pairs of documents that do not exist, or of one with itself
├── WrongDocuments       something that is no text
├── WrongSettings        a threshold or another setting that has no meaning
├── WrongVectors         vectors that do not fit the texts, or of another model
└── WrongWeights         weights of the similarity that are damaged or of another version
"""


class ClusteringError(Exception):
    """Anything that this library refuses."""


class EncoderUnavailable(ClusteringError):  # noqa: N818 - the name says what is the matter
    """The encoder cannot be loaded; the message says what to do."""


class WrongConstraints(ClusteringError, ValueError):  # noqa: N818 - the same
    """A constraint on documents that do not exist, or between a document and itself."""


class WrongDocuments(ClusteringError, TypeError, ValueError):  # noqa: N818 - the same
    """Documents that are no texts; the message says which one and what it is."""


class WrongSettings(ClusteringError, ValueError):  # noqa: N818 - the same
    """A setting outside of what has a meaning."""


class WrongVectors(ClusteringError, ValueError):  # noqa: N818 - the same
    """Vectors with the wrong shape, with numbers that are none, or of another model."""


class WrongWeights(ClusteringError, ValueError):  # noqa: N818 - the same
    """Weights of the similarity that cannot be used; the message says what to do."""
