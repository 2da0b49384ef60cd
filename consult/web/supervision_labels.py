"""What the reasons and rhythms of supervision are called on a page."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consult.services.supervising.digest_reasons import KeyReason
from models.supervision import ExclusionReason, Rhythm

SUPERVISION_LABELS: list[tuple[StrEnum, LazyString]] = [
    (ExclusionReason.AGAINST_LAW, _l("It asks for what the law does not allow or grant")),
    (ExclusionReason.DECIDED, _l("It was decided by a court, an arbitration or a final review")),
    (ExclusionReason.REPEATED, _l("The same again, after a full answer")),
    (ExclusionReason.UNTRUE, _l("What it says was found not to be so")),
    (ExclusionReason.IMPOSSIBLE, _l("It cannot be done at present, and that was explained")),
    (ExclusionReason.OTHER, _l("Another reason")),
    (Rhythm.NEVER, _l("Never")),
    (Rhythm.DAILY, _l("Every day")),
    (Rhythm.WEEKLY, _l("Every week")),
    (Rhythm.MONTHLY, _l("Every month")),
    (KeyReason.URGENT, _l("Urgent")),
    (KeyReason.APPEALED, _l("Review asked for")),
    (KeyReason.OVERDUE, _l("Overdue")),
    (KeyReason.LOW_RATING, _l("Low rating")),
    (KeyReason.PASSED_AROUND, _l("Passed from unit to unit")),
    (KeyReason.RETURNED, _l("Reply returned more than once")),
    (KeyReason.MANY_VOICES, _l("Many want the same")),
    (KeyReason.ASKED_FOR_PRAISE, _l("Asked for a good rating")),
]


def key_reason(code: str, number: int) -> str:
    """Why a case is in a digest, with the number that belongs to it."""
    match code:
        case KeyReason.URGENT:
            return str(_("urgent, %(num)s days ago", num=number))
        case KeyReason.APPEALED:
            return str(_("the author asked for a review"))
        case KeyReason.OVERDUE:
            return str(_("overdue for %(num)s days", num=number))
        case KeyReason.LOW_RATING:
            return str(_("rated %(num)s of 5 for what was solved", num=number))
        case KeyReason.PASSED_AROUND:
            return str(_("given to another unit %(num)s times", num=number))
    return _more(code, number)


def _more(code: str, number: int) -> str:
    match code:
        case KeyReason.RETURNED:
            return str(_("reply returned %(num)s times", num=number))
        case KeyReason.MANY_VOICES:
            return str(_("%(num)s people want the same", num=number))
        case KeyReason.ASKED_FOR_PRAISE:
            return str(_("the author was asked for a good rating"))
    return code
