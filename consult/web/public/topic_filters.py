"""What the address of the list of consultations asks for; nonsense in it is passed over."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from consult.services.overview import topic_search
from consult.services.overview.topic_search import Filters, Stage
from consult.text.normalise import tidy_line
from consult.web import current, labels
from models.topic import TopicKind


@dataclass(frozen=True)
class Asked:
    """Stage, filters and page."""

    stage: Stage
    filters: Filters
    page: int

    @property
    def arguments(self) -> dict[str, Any]:
        """The filters as arguments of an address, without stage and page."""
        found = {
            "q": self.filters.words,
            "agency": self.filters.agency,
            "kind": self.filters.kind or "",
            "region": self.filters.region,
        }
        return {name: str(value) for name, value in found.items() if value}


def asked() -> Asked:
    """Read the address of this request."""
    args = request.args
    stage, kind = args.get("stage", ""), args.get("kind", "")
    filters = Filters(
        words=tidy_line(args.get("q", "")),
        agency=args.get("agency", ""),
        kind=TopicKind(kind) if kind in set(TopicKind) else None,
        region=args.get("region", ""),
    )
    return Asked(
        Stage(stage) if stage in set(Stage) else Stage.OPEN,
        filters,
        max(1, args.get("page", 1, type=int)),
    )


def choices(wish: Asked) -> dict[str, Any]:
    """What can be chosen in the filters, and links that take away what was."""
    session = current.session()
    found = {
        "agency": [(one.slug, labels.named(one)) for one in topic_search.agencies(session)],
        "kind": labels.choices(TopicKind),
        "region": [(one.code, labels.named(one)) for one in topic_search.regions(session)],
    }
    known = {name: dict(pairs) for name, pairs in found.items()}
    removable = []
    for name, value in wish.arguments.items():
        rest = {key: other for key, other in wish.arguments.items() if key != name}
        address = url_for(".topics", stage=wish.stage, **rest)
        removable.append((known.get(name, {}).get(value, value), address))
    return {
        "agencies": found["agency"],
        "kinds": found["kind"],
        "regions": found["region"],
        "removable": removable,
    }
