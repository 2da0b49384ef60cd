"""How a topic weighs likeness: by the shipped weights, or by those learnt from its staff."""

from collections.abc import Mapping
from enum import StrEnum

from consult.clustering import WrongWeights
from consult.clustering.similarity.scoring import Weights, restored
from models.topic import Topic


class Standing(StrEnum):
    """What became of what a topic learnt."""

    #: Nothing was learnt, or it was no better than what is shipped.
    SHIPPED = "shipped"
    LEARNT = "learnt"
    #: Learnt under another model: its likeness is another.
    OTHER_MODEL = "other_model"
    #: Learnt by another version of the platform, which looked at other signals.
    OTHER_VERSION = "other_version"


def weights_of(topic: Topic, model: str) -> Mapping[str, Weights] | None:
    """The weights that ``topic`` learnt under the model with this fingerprint; None: the shipped.

    Weights that do not fit (any more) are passed over until it is calibrated again, see
    :func:`standing`: no run, search or page fails by them.
    """
    return _read(topic, model)[1]


def standing(topic: Topic, model: str) -> Standing:
    """Whether what ``topic`` learnt holds, and why not."""
    return _read(topic, model)[0]


def weights_mark(topic: Topic, model: str) -> str:
    """Changes whenever other weights hold; empty for the shipped ones."""
    stored = topic.calibration
    return str(stored["made_at"]) if stored and weights_of(topic, model) else ""


def _read(topic: Topic, model: str) -> tuple[Standing, Mapping[str, Weights] | None]:
    stored = topic.calibration or {}
    if not stored.get("weights"):
        return Standing.SHIPPED, None
    if stored.get("model") != model:
        return Standing.OTHER_MODEL, None
    try:
        return Standing.LEARNT, restored(stored["weights"])
    except WrongWeights:
        return Standing.OTHER_VERSION, None
