"""A digest in words: the same on its page, in Word and in a letter."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import format_date, format_datetime, get_locale
from flask_babel import gettext as _

from consult.text.sections import Section
from consult.web.labels import label, named
from consult.web.supervision_labels import key_reason
from models.case import CaseState
from models.supervision import Digest, DigestLine

WIDTHS = (1, 2.5, 5, 3, 2, 5)


def title(digest: Digest) -> str:
    """第 n 期."""
    return str(_("Key messages, no. %(number)s", number=digest.number))


def figures(digest: Digest) -> list[tuple[str, int]]:
    """What it begins with: label and number."""
    found = digest.figures
    return [
        (str(_("Received in this time")), int(found.get("received", 0))),
        (str(_("Answered in this time")), int(found.get("replied", 0))),
        (str(_("Closed in this time")), int(found.get("closed", 0))),
        (str(_("Waiting for an answer")), int(found.get("open", 0))),
        (str(_("Reply overdue")), int(found.get("overdue", 0))),
    ]


def sections(digest: Digest, lines: Sequence[DigestLine]) -> list[Section]:
    """For a document."""
    span = _("From %(first)s to %(last)s.", first=_moment(digest.since), last=_moment(digest.until))
    counts = (
        _("%(name)s: %(count)s messages", name=name, count=value) for name, value in figures(digest)
    )
    numbers = str(_("; ")).join(counts)
    heads = [
        _("No."),
        _("Message"),
        _("Title"),
        _("Unit in charge"),
        _("State"),
        _("Why it is here"),
    ]
    rows = [
        [
            str(line.position),
            line.case.no,
            line.case.suggestion.public_title or line.case.suggestion.title,
            named(line.unit),
            str(label(CaseState(line.state))),
            reasons(line),
        ]
        for line in lines
    ]
    overview = Section(_("1. The time in numbers"), [span, numbers + _(".")])
    if not rows:
        return [overview, Section(_("2. Cases to look at"), [_("None in this time.")])]
    return [overview, Section(_("2. Cases to look at"), [], heads, rows, WIDTHS)]


def reasons(line: DigestLine) -> str:
    """Why a case is there, in one line."""
    return str(_("; ")).join(key_reason(code, number) for code, number in line.reasons)


def day(moment: datetime) -> str:
    """A day, written as a document does."""
    chinese = str(get_locale()).startswith("zh")
    return str(format_date(moment, "y年M月d日" if chinese else "d MMMM y"))


def _moment(moment: datetime) -> str:
    return str(format_datetime(moment, "yyyy-MM-dd HH:mm"))
