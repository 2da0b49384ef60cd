"""Which cases count, and what their numbers are told apart by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from models.agency import Agency
from models.mailbox import Domain
from models.suggestion import SuggestionKind
from models.topic import Topic


class By(StrEnum):
    """What figures are told apart by."""

    ALL = "all"
    UNIT = "unit"
    TOPIC = "topic"
    REGION = "region"
    DOMAIN = "domain"
    KIND = "kind"
    MONTH = "month"


#: By which property of a case, or of a sum; None: all together.
PROPERTY: Mapping[By, str | None] = {
    By.ALL: None,
    By.UNIT: "unit_id",
    By.TOPIC: "topic_id",
    By.REGION: "region_code",
    By.DOMAIN: "domain",
    By.KIND: "kind",
    By.MONTH: "month",
}
#: Of what is neither a place nor a time; in this order wherever they stand together.
DIMENSIONS = (By.DOMAIN, By.KIND, By.REGION)


@dataclass(frozen=True)
class Scope:
    """Which cases count; what is not named counts all. Confidential ones never do."""

    topic_id: int | None = None
    #: Some mailboxes.
    topics: Sequence[int] = ()
    #: Whose mailboxes, with those of agencies below.
    agency: Agency | None = None
    #: Who has the case, with units below, or (``alone``) without them.
    unit: Agency | None = None
    alone: bool = False
    domain: Domain | None = None
    kind: SuggestionKind | None = None
    region_code: str | None = None
    months: Sequence[str] = ()

    def narrowed(self) -> dict[By, str]:
        """What is chosen of the dimensions."""
        chosen = {By.DOMAIN: self.domain, By.KIND: self.kind, By.REGION: self.region_code}
        return {by: str(value) for by, value in chosen.items() if value is not None}

    def of(self, columns: Any) -> list[ColumnElement[bool]]:
        """The conditions on ``columns`` that have the names of a counted case."""
        found = [columns.month.in_(self.months)] if self.months else []
        found += self.places(columns)
        for by, value in self.narrowed().items():
            found.append(getattr(columns, str(PROPERTY[by])) == value)
        return found

    def places(self, columns: Any) -> list[ColumnElement[bool]]:
        """The conditions on topic and unit."""
        found: list[ColumnElement[bool]] = []
        if self.topic_id is not None:
            found.append(columns.topic_id == self.topic_id)
        if self.topics:
            found.append(columns.topic_id.in_(self.topics))
        if self.agency is not None:
            below = select(Topic.id).join(Agency, Agency.id == Topic.agency_id)
            found.append(columns.topic_id.in_(below.where(within(self.agency))))
        if self.unit is not None and self.alone:
            found.append(columns.unit_id == self.unit.id)
        elif self.unit is not None:
            found.append(columns.unit_id.in_(select(Agency.id).where(within(self.unit))))
        return found


def within(agency: Agency) -> ColumnElement[bool]:
    """Agencies that are ``agency`` or lie below it."""
    below = Agency.path.startswith(agency.path, autoescape=True)
    return or_(Agency.id == agency.id, below)
