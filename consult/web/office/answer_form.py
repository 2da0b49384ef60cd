"""The form in which an answer to a group is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from consult.exceptions import N_, Invalid
from consult.services.answering.decision_material import SpokenTo
from consult.services.answering.decisions import Answer, Wording
from consult.web import labels
from consult.web.forms import Form
from consult.web.numbers import is_number
from models.agency import Agency
from models.decision import Decision, Outcome, UsedFor
from models.document import Clause

LONGEST = 4000
TOO_LONG = _l("Keep this under %(max)d characters.")
#: Stands for a clause that the draft does not have.
NEW = "new"


class ClauseForm(PlainForm):
    """One clause and its wording afterwards; part of the form around it, which guards it."""

    clause = HiddenField()
    after = TextAreaField(_l("As changed"), validators=[Length(max=20_000, message=TOO_LONG)])


class AnswerForm(Form):
    """What is decided; buttons named ``clause`` change the list of clauses."""

    version = HiddenField()
    outcome = RadioField(
        _l("What is decided"),
        choices=lambda: labels.choices(Outcome),
        validators=[InputRequired(_l("Choose what is decided."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l(
            "Everybody in the group reads it. It may be left out only where all is adopted."
        ),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )
    used_for = SelectField(_l("What it is used for"), validators=[Optional()])
    unit = SelectField(_l("Unit that carries it out"), validators=[Optional()])
    clauses = FieldList(FormField(ClauseForm), _l("Clauses it changes"))
    add = SelectField(_l("Add a clause"), validate_choice=False)

    def offer(self, clauses: Sequence[SpokenTo], units: Sequence[Agency]) -> None:
        """Say what there is to choose from."""
        self.known: Mapping[str, Clause] = {str(one.clause.id): one.clause for one in clauses}
        self.units = {str(unit.id): unit for unit in units}
        nothing = ("", _("Not said"))
        self.used_for.choices = [nothing, *labels.choices(UsedFor)]
        self.unit.choices = [nothing, *((key, labels.named(a)) for key, a in self.units.items())]
        self.add.choices = [
            *((str(one.clause.id), _option(one)) for one in clauses),
            (NEW, _("A new clause, not in the draft")),
        ]

    def rearranged(self) -> bool:
        """Carry out the button of the list of clauses, if one was pressed, and say so."""
        act = request.form.get("clause", "")
        rows = self.rows()
        if act == "add":
            chosen = self.known.get(str(self.add.data))
            taken = {row["clause"] for row in rows}
            if chosen is None:
                rows.append({"clause": "", "after": ""})
            elif str(chosen.id) not in taken:
                rows.append({"clause": str(chosen.id), "after": chosen.text})
        elif is_number(act) and int(act) < len(rows):
            del rows[int(act)]
        self.show(rows)
        return bool(act)

    def rows(self) -> list[dict[str, str]]:
        """The clauses as they were sent."""
        return [
            {"clause": entry.clause.data or "", "after": entry.after.data or ""}
            for entry in self.clauses
        ]

    def show(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Fill the list of clauses anew."""
        while self.clauses.entries:
            self.clauses.pop_entry()
        self.clauses.last_index = -1
        for row in rows:
            self.clauses.append_entry(row)

    def answer(self) -> Answer:
        """What was written.

        :raises Invalid: for a clause that is not in the draft.
        """
        return Answer(
            outcome=Outcome(self.outcome.data),
            reason=(self.reason.data or "").replace("\r\n", "\n"),
            used_for=UsedFor(self.used_for.data) if self.used_for.data else None,
            unit=self.units.get(self.unit.data or ""),
            wordings=[self._wording(row) for row in self.rows()],
        )

    def _wording(self, row: Mapping[str, str]) -> Wording:
        after = row["after"].replace("\r\n", "\n")
        if not row["clause"]:
            return Wording(None, after)
        if row["clause"] not in self.known:
            raise Invalid(N_("The clause belongs to another document."), field="clauses")
        return Wording(self.known[row["clause"]], after)


def written(decision: Decision) -> dict[str, Any]:
    """What the form shows of ``decision``."""
    return {
        "version": decision.version,
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "used_for": decision.used_for.value if decision.used_for else "",
        "unit": str(decision.unit_id or ""),
        "clauses": [
            {"clause": str(change.clause_id or ""), "after": change.after}
            for change in decision.clause_changes
        ],
    }


def _option(one: SpokenTo) -> str:
    name = one.clause.label or one.clause.text[:20]
    return f"{name} ({one.count})" if one.count else name
