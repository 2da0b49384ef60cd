"""What an author fills in on the page of a message."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types lag
from wtforms.validators import DataRequired, InputRequired, Length

from consult.services.handling import appeals, judging_replies, reception
from consult.services.handling.judging_replies import BEST, Stars
from consult.text.normalise import tidy, tidy_line
from consult.web.forms import Form
from consult.web.words_form import TOO_LONG, tidied

MARKS = {
    1: _l("1 very bad"),
    2: _l("2 bad"),
    3: _l("3 fair"),
    4: _l("4 good"),
    5: _l("5 very good"),
}
CHOOSE = _l("Choose a mark from one to five.")


class WordsForm(Form):
    """Words that must be there: a supplement, an objection, an appeal."""

    words = TextAreaField(
        _l("Your words"),
        filters=[tidied(tidy)],
        validators=[
            DataRequired(_l("Please write a few words.")),
            Length(max=min(reception.MOST, appeals.MOST), message=TOO_LONG),
        ],
    )

    @property
    def typed(self) -> str:
        """What would be lost if the page did not show it again."""
        return self.words.data or ""


class SupplementForm(WordsForm):
    """What was missing, with papers or pictures."""

    files = MultipleFileField(
        _l("Attachments"),
        description=_l("Up to five files of at most 10 MB: PDF, Word, Excel, pictures, text."),
    )


class WithdrawForm(Form):
    """Taking a message back needs no reason."""

    words = StringField(
        _l("Reason (optional)"),
        filters=[tidied(tidy_line)],
        validators=[Length(max=500, message=TOO_LONG)],
    )

    @property
    def typed(self) -> str:
        """What would be lost if the page did not show it again."""
        return self.words.data or ""


def _marks(label: LazyString) -> RadioField:
    return RadioField(
        label,
        choices=[SelectChoice(str(mark), text) for mark, text in MARKS.items()],
        coerce=str,
        validators=[InputRequired(CHOOSE)],
    )


class RateForm(Form):
    """解决程度, 办理态度, 办理速度, words, and whether somebody asked for good marks."""

    solved = _marks(_l("How far is your matter solved?"))
    attitude = _marks(_l("How were you treated?"))
    speed = _marks(_l("How quick was it?"))
    words = TextAreaField(
        _l("What you want to say about it"),
        filters=[tidied(tidy)],
        validators=[Length(max=judging_replies.MOST, message=TOO_LONG)],
    )
    asked_for_praise = BooleanField(
        _l("Somebody asked me for good marks"),
        description=_l(
            "How often this happens is counted and published. Saying so has no consequence for your message."
        ),
    )

    @property
    def stars(self) -> Stars:
        """The three marks."""
        marks = (self.solved.data, self.attitude.data, self.speed.data)
        return Stars(*(int(one) if one in map(str, range(1, BEST + 1)) else 0 for one in marks))

    @property
    def typed(self) -> str:
        """What would be lost if the page did not show it again."""
        return self.words.data or ""
