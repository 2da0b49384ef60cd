"""The parent of all forms."""

from http import HTTPStatus
from typing import Any

from flask_wtf import FlaskForm

from consult.exceptions import Invalid
from consult.web.refusals import translated


class Form(FlaskForm):
    """A form that knows the status of the page it is shown on."""

    @property
    def status(self) -> HTTPStatus:
        """200 the first time; 422 when the page comes back with errors to correct."""
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK

    def blame(self, refusal: Invalid) -> None:
        """Show what a service refused at the field at fault, so that nothing typed is lost."""
        field: Any = self._fields.get(refusal.field)
        if field is None:
            self.form_errors.append(translated(refusal))
        else:
            field.errors = [*field.errors, translated(refusal)]
