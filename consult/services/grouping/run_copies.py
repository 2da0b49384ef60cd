"""How much of each planned cluster is copies of one text, and when they came. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from consult.clustering import bursts, near_copies
from consult.clustering.campaigns.families import source_share
from consult.services.grouping.run_inputs import Inputs, Member
from models.suggestion import Channel

#: Fewer copies are not looked at for bursts.
FEWEST = 5


@dataclass(frozen=True)
class Copies:
    """The largest family of copies in a cluster; the names are those of the columns.

    The burst is the largest of its bursts.
    """

    copy_count: int
    copy_text_count: int
    copy_people_count: int
    copy_source_share: float
    copy_channel: Channel
    copy_channel_share: float
    burst_from: datetime | None = None
    burst_to: datetime | None = None
    burst_count: int | None = None
    burst_expected: float | None = None


class Copy(Protocol):
    """One of the copies: who sent it, when, and by what way."""

    @property
    def digest(self) -> str:
        """Tells its words from others."""

    @property
    def author_id(self) -> int:
        """Who sent it."""

    @property
    def channel(self) -> Channel:
        """How it came."""

    @property
    def created_at(self) -> datetime:
        """When it came."""


#: What a cluster without copies has.
NONE: dict[str, Any] = dict.fromkeys(Copies.__dataclass_fields__)


def copied(inputs: Inputs, clusters: Sequence[Sequence[int]]) -> list[Copies | None]:
    """For each cluster (ids of its members) its largest family of copies, if there is one.

    Exact copies and forms with a blank filled in; cost grows with the number of suggestions.
    """
    members = {member.id: member for member in inputs.members}
    labels = near_copies([member.document for member in inputs.members])
    family = {member.id: label for member, label in zip(inputs.members, labels, strict=True)}
    arrivals = [member.created_at.timestamp() for member in inputs.members]
    found: list[Copies | None] = []
    for ids in clusters:
        families: dict[int, list[Member]] = defaultdict(list)
        for one in ids:
            families[family[one]].append(members[one])
        largest = max(families.values(), key=lambda some: (len(some), -some[0].id))
        found.append(copies_of(largest, arrivals) if len(largest) > 1 else None)
    return found


def columns(copies: Copies | None) -> dict[str, Any]:
    """What to write into the row of a cluster."""
    return NONE if copies is None else asdict(copies)


def copies_of(family: Sequence[Copy], arrivals: Sequence[float]) -> Copies:
    """What is kept of a family of copies; ``arrivals`` are those of the whole topic, in seconds."""
    [(channel, most), *_rest] = Counter(member.channel for member in family).most_common(1)
    counts = Copies(
        copy_count=len(family),
        copy_text_count=len({member.digest for member in family}),
        copy_people_count=len({member.author_id for member in family}),
        copy_source_share=source_share([member.author_id for member in family]),
        copy_channel=channel,
        copy_channel_share=most / len(family),
    )
    times = [member.created_at.timestamp() for member in family]
    found = bursts(times, arrivals) if len(family) >= FEWEST else ()
    if not found:
        return counts
    burst = max(found, key=lambda one: (one.count, -one.start))
    return replace(
        counts,
        burst_from=datetime.fromtimestamp(burst.start, UTC),
        burst_to=datetime.fromtimestamp(burst.end, UTC),
        burst_count=burst.count,
        burst_expected=burst.expected,
    )
