"""How a topic weighs likeness: by the shipped weights, or by those learnt from its staff."""

from collections.abc import Mapping

from consult.clustering.similarity.scoring import Weights, restored
from models.topic import Topic


def weights_of(topic: Topic, model: str) -> Mapping[str, Weights] | None:
    """The weights that ``topic`` learnt under the model with this fingerprint; None: the shipped.

    Weights learnt under another model do not fit and are passed over until it is calibrated again.
    """
    stored = topic.calibration
    if not stored or stored["model"] != model or not stored["weights"]:
        return None
    return restored(stored["weights"])


def weights_mark(topic: Topic, model: str) -> str:
    """Changes whenever other weights hold; empty for the shipped ones."""
    stored = topic.calibration
    return str(stored["made_at"]) if stored and weights_of(topic, model) else ""
