"""The side navigation of administration."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from consult.permissions import Permission, can
from consult.web import current
from consult.web.admin.blueprint import bp
from consult.web.context import Link


@bp.context_processor
def side() -> dict[str, Any]:
    """What the office layout shows beside the pages of administration."""
    entries = [
        (_("Overview"), "admin.home", Permission.OPERATIONS_SEE),
        (_("Agencies"), "admin.agencies", Permission.AGENCY_MANAGE),
        (_("People and roles"), "admin.people", Permission.PERSON_APPOINT),
        (_("Ledger"), "admin.ledger", Permission.LEDGER_READ),
        (_("Operations"), "admin.operations", Permission.OPERATIONS_SEE),
    ]
    person, here = current.person(), request.endpoint or ""
    return {
        "nav": [
            Link(text, url_for(name), here.startswith(name))
            for text, name, permission in entries
            if can(person, permission)
        ],
        "agencies": [],
    }
