"""What the library refuses, each with the step that helps.

ClusteringError
├── EncoderUnavailable   the model is not there, or not one we can read
└── WrongVectors         vectors that do not fit the texts
"""


class ClusteringError(Exception):
    """Anything that this library refuses."""


class EncoderUnavailable(ClusteringError):  # noqa: N818 - the name says what is the matter
    """The encoder cannot be loaded; the message says what to do."""


class WrongVectors(ClusteringError, ValueError):  # noqa: N818 - the same
    """Vectors with the wrong shape, or with numbers that are none."""
