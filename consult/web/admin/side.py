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
        (_("Overview"), "admin.home", "admin.home", Permission.OPERATIONS_SEE),
        (_("Agencies"), "admin.agencies", "admin.agenc", Permission.AGENCY_MANAGE),
        (_("People and roles"), "admin.people", "admin.people", Permission.PERSON_APPOINT),
        (_("Ledger"), "admin.ledger", "admin.ledger", Permission.LEDGER_READ),
        (_("Operations"), "admin.operations", "admin.operations", Permission.OPERATIONS_SEE),
    ]
    person, here = current.person(), request.endpoint or ""
    return {
        "office_nav": [
            Link(text, url_for(name), "page" if here.startswith(family) else "")
            for text, name, family, permission in entries
            if can(person, permission)
        ],
        "agencies": [],
    }
