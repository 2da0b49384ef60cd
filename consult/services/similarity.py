"""The similarity indexes of the topics, kept in this process and derived from the database."""


class TopicIndexes:
    """One similarity index a topic, loaded when first asked for.

    Parameters
    ----------
    spec
        Which encoder, as :func:`consult.clustering.load_encoder` takes it.
    """

    def __init__(self, spec: str) -> None:
        self.spec = spec
