"""The forms in which words and rules of urgency are written, and what those of the house are called."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from consult.services.handling.triage_judge import ORDER, Rule, Word, listed
from consult.services.handling.triage_rules import LONGEST_NAME, LONGEST_WORD
from consult.text.normalise import tidy_line
from consult.web import labels
from consult.web.forms import Form
from consult.web.numbers import number
from models.mailbox import Domain, Urgency
from models.suggestion import SuggestionKind

TOO_LONG = _l("Keep this under %(max)d characters.")
#: The most urgent class before the others.
CLASSES = tuple(reversed(ORDER))
#: Longer lists of words are a slip.
MOST_LISTED = 4000
HOUSE_NAMES: Mapping[str, LazyString] = {
    "dependent": _l("Power or water is off where a life hangs on it"),
    "gas": _l("Gas escapes"),
    "house": _l("A house or wall is about to fall"),
    "treatment": _l("Treatment cannot be paid for"),
    "school": _l("A child has no school as term begins"),
    "praise": _l("Thanks are not urgent"),
}


def house_name(rule: Rule) -> str:
    """What a rule is called: those of the house in the reader's language."""
    return str(HOUSE_NAMES[rule.house]) if rule.house in HOUSE_NAMES else rule.name


class WordForm(Form):
    word = StringField(
        _l("Word"),
        description=_l("As people write it; capitals make no difference."),
        validators=[
            InputRequired(_l("Give the word.")),
            Length(max=LONGEST_WORD, message=TOO_LONG),
        ],
    )
    urgency = SelectField(
        _l("Stands for"),
        choices=lambda: [
            *((one.value, labels.label(one)) for one in CLASSES[:-1]),
            (Urgency.ROUTINE.value, _("Nothing (switched off)")),
        ],
        default=Urgency.PRESSING.value,
    )
    unless = TextAreaField(
        _l("Unless it stands in"),
        description=_l(
            "Longer words in which it means something else, a line each: for “power cut”, “power cuttings”."
        ),
        validators=[Length(max=MOST_LISTED, message=TOO_LONG)],
    )

    def asked(self) -> Word:
        """What was typed, as it would hold."""
        word = tidy_line(self.word.data or "").casefold()
        return Word(word, Urgency(self.urgency.data), listed(self.unless.data or ""))


class RuleForm(Form):
    rule = HiddenField()
    house = HiddenField()
    name = StringField(
        _l("Name of the rule"),
        validators=[
            InputRequired(_l("Give the rule a name.")),
            Length(max=LONGEST_NAME, message=TOO_LONG),
        ],
    )
    any_of = TextAreaField(
        _l("One of these words"),
        description=_l("A line each, or with commas. Left empty, this asks for nothing."),
        validators=[Length(max=MOST_LISTED, message=TOO_LONG)],
    )
    and_of = TextAreaField(
        _l("And one of these"), validators=[Length(max=MOST_LISTED, message=TOO_LONG)]
    )
    none_of = TextAreaField(
        _l("And none of these"), validators=[Length(max=MOST_LISTED, message=TOO_LONG)]
    )
    kind = SelectField(
        _l("Kind of message"),
        choices=lambda: [
            ("", _("Every kind")),
            *labels.choices(SuggestionKind),
        ],
    )
    domain = SelectField(
        _l("Domain"), choices=lambda: [("", _("Every domain")), *labels.choices(Domain)]
    )
    urgency = SelectField(
        _l("Then it is"),
        choices=lambda: [(one.value, labels.label(one)) for one in CLASSES],
        default=Urgency.PRESSING.value,
    )
    at_most = BooleanField(
        _l("At most"),
        description=_l("Whatever other words say, it is no more urgent than that."),
    )

    def asked(self) -> Rule:
        """What was typed, as it would hold."""
        kind, domain = self.kind.data or "", self.domain.data or ""
        return Rule(
            name=self.name.data or "",
            urgency=Urgency(self.urgency.data),
            any_of=listed(self.any_of.data or ""),
            and_of=listed(self.and_of.data or ""),
            none_of=listed(self.none_of.data or ""),
            kind=SuggestionKind(kind) if kind else None,
            domain=Domain(domain) if domain else None,
            at_most=bool(self.at_most.data),
            house=self.house.data or "",
            id=number(self.rule.data),
        )


def shown(rule: Rule) -> dict[str, object]:
    """What the form shows of a rule."""
    return {
        "rule": str(rule.id),
        "house": rule.house,
        "name": house_name(rule),
        "any_of": "\n".join(rule.any_of),
        "and_of": "\n".join(rule.and_of),
        "none_of": "\n".join(rule.none_of),
        "kind": rule.kind.value if rule.kind else "",
        "domain": rule.domain.value if rule.domain else "",
        "urgency": rule.urgency.value,
        "at_most": rule.at_most,
    }
