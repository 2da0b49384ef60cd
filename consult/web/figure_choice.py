"""What an address asks of the numbers: which cases, of which months, told apart by what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import current_app, request

from consult.exceptions import NotFound
from consult.services.supervising import months, places
from consult.services.supervising.numbers import Figures
from consult.services.supervising.places import Place
from consult.services.supervising.scopes import By, Scope
from consult.web import current
from consult.web.labels import choices
from consult.web.numbers import number
from models.agency import Agency
from models.mailbox import Domain
from models.suggestion import SuggestionKind

E = TypeVar("E", bound=StrEnum)
#: A region that nobody named.
NOWHERE = "none"


@dataclass(frozen=True)
class Choice:
    """What is chosen; nonsense in an address is passed over."""

    place: Place | None
    first: str
    last: str
    by: By
    topic_id: int | None = None
    unit: Agency | None = None
    alone: bool = False
    domain: Domain | None = None
    kind: SuggestionKind | None = None
    region: str | None = None

    @cached_property
    def months(self) -> list[str]:
        """From the first to the last."""
        return months.between(self.first, self.last)

    @property
    def month_list(self) -> list[str]:
        """What can be chosen: the last three years, and what is chosen now."""
        now = this_month()
        return sorted({*months.between("2000-01", now), self.first, self.last}, reverse=True)

    @property
    def domains(self) -> list[tuple[str, Any]]:
        """Value and label of each domain."""
        return choices(Domain)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """The same of kinds; reports are in no number."""
        return [one for one in choices(SuggestionKind) if one[0] != SuggestionKind.REPORT]

    def scope(self) -> Scope:
        """The cases that are meant."""
        scope = self.place.scope() if self.place else Scope()
        return replace(
            scope,
            topic_id=self.topic_id,
            unit=self.unit or scope.unit,
            alone=self.alone,
            domain=self.domain,
            kind=self.kind,
            region_code=self.region,
            months=tuple(self.months),
        )

    def args(self, **more: Any) -> dict[str, Any]:
        """The same as arguments of an address; what is plain is left out."""
        own = {
            "place": self.place.code if self.place else None,
            "first": self.first,
            "last": self.last,
            "by": self.by.value,
            "mailbox": self.topic_id,
            "unit": self.unit.id if self.unit else None,
            "alone": 1 if self.alone else None,
            "domain": self.domain.value if self.domain else None,
            "kind": self.kind.value if self.kind else None,
            "region": NOWHERE if self.region == "" else self.region,
        }
        return {name: value for name, value in (own | more).items() if value is not None}

    def narrowed(self, key: Any) -> dict[str, Any]:
        """The arguments for one row of figures, told apart as they are."""
        own: Mapping[By, dict[str, Any]] = {
            By.UNIT: {"unit": key, "alone": 1},
            By.TOPIC: {"mailbox": key},
            By.REGION: {"region": key or NOWHERE},
            By.DOMAIN: {"domain": key},
            By.KIND: {"kind": key},
            By.MONTH: {"first": key, "last": key},
        }
        return self.args(**own.get(self.by, {}))


def zone() -> ZoneInfo:
    """Where the offices are."""
    return ZoneInfo(current_app.config["TIME_ZONE"])


def this_month() -> str:
    """The month in which we are, where the offices are."""
    return months.month_of(current.now(), zone())


def choice(place: Place | None, *, default: By, topic_id: int | None = None) -> Choice:
    """What the address asks of ``place`` (None: everything), the last twelve months by default."""
    args, now = request.args, this_month()
    last = args.get("last", "") if months.is_month(args.get("last", "")) else now
    first = args.get("first", "")
    first = first if months.is_month(first) else months.earlier(last, 11)
    first, last = min(first, last), min(max(first, last), now)
    wanted = number(args.get("unit"))
    return Choice(
        place=place,
        first=months.between(first, last)[0],
        last=last,
        by=_member(By, "by") or default,
        topic_id=topic_id or number(args.get("mailbox")) or None,
        unit=places.unit_within(current.session(), place, wanted) if wanted else None,
        alone=bool(wanted) and args.get("alone") == "1",
        domain=_member(Domain, "domain"),
        kind=_kind(),
        region=_region(),
    )


def ordered(found: Mapping[Any, Figures], by: By) -> list[Any]:
    """Months as they follow each other; anything else, the most messages first."""
    if by is By.MONTH:
        return sorted(found)
    return sorted(found, key=lambda key: (-found[key].received, str(key)))


def page() -> int:
    """Which page of a list."""
    return max(1, request.args.get("page", 1, type=int))


def require_measure(known: bool) -> None:  # noqa: FBT001 - it is the whole question
    """Go on quietly if there are rows behind the figure that is named.

    :raises NotFound: if there is no such figure.
    """
    if not known:
        raise NotFound


def _member(members: type[E], name: str) -> E | None:
    text = request.args.get(name, "")
    return members(text) if text in set(members) else None


def _kind() -> SuggestionKind | None:
    """Reports are in no number, so nobody asks for theirs."""
    found = _member(SuggestionKind, "kind")
    return None if found is SuggestionKind.REPORT else found


def _region() -> str | None:
    text = request.args.get("region", "")
    return "" if text == NOWHERE else (text if text.isdecimal() and text.isascii() else None)
