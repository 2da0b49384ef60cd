"""How one kind of personal data is recognised."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class PersonalDataKind(StrEnum):
    """The kinds that are looked for."""

    EMAIL = "email"
    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    WECHAT = "wechat"
    QQ = "qq"
    MOBILE = "mobile"
    LANDLINE = "landline"
    BANK_CARD = "bank_card"
    NUMBER_PLATE = "number_plate"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A pattern whose group ``it`` is the personal part, and how that part is masked.

    ``proves`` checks its letters and digits; nothing is found where ``unless``
    fits the end of what stands before it.
    """

    kind: PersonalDataKind
    pattern: re.Pattern[str]
    mask: Callable[[str], str]
    proves: Callable[[str], bool] = lambda compact: True
    unless: re.Pattern[str] | None = None
