"""What must stay together and what apart in a run, with contradictions set aside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from consult.services.grouping.run_inputs import Pair


class Placed(Protocol):
    """A suggestion, where it is, and whether it stays there."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def cluster_id(self) -> int | None:
        """The cluster it is in."""

    @property
    def held(self) -> bool:
        """Whether a person, or an answer, keeps it there."""


class Said(Protocol):
    """What people said of pairs, and of which suggestions a bond may speak."""

    @property
    def members(self) -> Sequence[Placed]:
        """Suggestions; those that nobody holds or judged may be left out."""

    @property
    def same(self) -> Sequence[Pair]:
        """Pairs that are the same request."""

    @property
    def different(self) -> Sequence[Pair]:
        """Pairs that are not."""


@dataclass
class Bonds:
    """Ties between suggestions. What is held comes first, then "not the same", then "the same"."""

    #: For each suggestion one that its whole bundle is known by.
    bundle: dict[int, int]
    #: The cluster that holds a bundle, by that name.
    holder: dict[int, int] = field(default_factory=dict)
    same: list[Pair] = field(default_factory=list)
    different: list[Pair] = field(default_factory=list)
    #: Pairs that could not be honoured, as (verdict, first, second).
    contradictions: list[tuple[str, int, int]] = field(default_factory=list)

    def find(self, suggestion_id: int) -> int:
        """The name of the bundle that a suggestion is in; its own if nothing ties it."""
        name = suggestion_id
        if name not in self.bundle:
            return name
        while self.bundle[name] != name:
            self.bundle[name] = self.bundle[self.bundle[name]]
            name = self.bundle[name]
        return name

    def held_in(self, suggestion_id: int) -> int | None:
        """The cluster that a suggestion must stay in, if any."""
        return self.holder.get(self.find(suggestion_id))

    def tie(self, first: int, second: int) -> bool:
        """Tie two bundles, unless two clusters hold them or someone said they differ."""
        one, other = self.find(first), self.find(second)
        if one == other:
            return True
        holders = {self.holder[name] for name in (one, other) if name in self.holder}
        if len(holders) > 1 or any(
            {self.find(a), self.find(b)} == {one, other} for a, b in self.different
        ):
            return False
        self.bundle[other] = one
        if holders:
            self.holder[one] = holders.pop()
        self.same.append((first, second))
        return True


def bonds(inputs: Said) -> Bonds:
    """Sort out what holds in this run."""
    tied = Bonds({member.id: member.id for member in inputs.members})
    first_of: dict[int, int] = {}
    for member in inputs.members:
        if member.held and member.cluster_id is not None:
            first = first_of.setdefault(member.cluster_id, member.id)
            tied.holder[tied.find(first)] = member.cluster_id
            tied.tie(first, member.id)
    for first, second in _present(inputs.different, tied):
        if tied.find(first) == tied.find(second):
            tied.contradictions.append(("different", first, second))
        else:
            tied.different.append((first, second))
    for first, second in _present(inputs.same, tied):
        if not tied.tie(first, second):
            tied.contradictions.append(("same", first, second))
    return tied


def _present(pairs: Sequence[Pair], tied: Bonds) -> Iterable[Pair]:
    """Pairs of suggestions that both still count."""
    return (pair for pair in pairs if pair[0] in tied.bundle and pair[1] in tied.bundle)
