"""What the checker finds in replies, and what calls about them found, as a page names it."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consult.services.handling.reply_checks import Concern
from consult.services.handling.visits import Visitor, VisitResult

REPLY_LABELS: list[tuple[StrEnum, LazyString]] = [
    (Concern.TOO_SHORT, _l("Very short")),
    (Concern.STOCK_PHRASE, _l("Little beside stock phrases")),
    (Concern.REUSED, _l("The same text as to another message")),
    (Concern.BESIDE_THE_POINT, _l("Little to do with the question")),
    (Concern.NOTHING_CONCRETE, _l("No measure, ground, date or contact")),
    (Concern.PERSONAL_DATA, _l("Personal data in it")),
    (Concern.BLANK_LEFT, _l("A blank is left")),
    (Visitor.UNIT, _l("Call by the unit")),
    (Visitor.ASSIGNER, _l("Call by the assigner")),
    (VisitResult.REACHED, _l("Reached")),
    (VisitResult.NOT_REACHED, _l("Not reached")),
    (VisitResult.DECLINED, _l("Did not wish to talk")),
]
