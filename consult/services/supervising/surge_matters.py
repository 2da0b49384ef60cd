"""One surge, many series: which alarms are about the same messages, so that they ring once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consult.services.supervising.surge_levels import Alarm
from consult.services.supervising.surge_series import Series
from models.surge import SurgeAbout, SurgeAlarm

#: Share of messages in common from which alarms are one matter.
ONE_MATTER = 0.5
#: The narrower, the more it says about what it is.
NARROW = tuple(reversed(SurgeAbout))


@dataclass(frozen=True)
class Seen:
    """What stands out of a series, and what is behind it."""

    alarm: Alarm
    #: Ids of its cases of the last three days.
    cases: frozenset[int]
    alike: float
    negative: float


def head_of(
    heads: Sequence[SurgeAlarm], found: Mapping[Series, Seen], series: Series
) -> SurgeAlarm | None:
    """The alarm, if any, that rang for these messages.

    It is about mostly the same ones, or this broader series stands out by what narrower ones rang for.
    """
    mine = found[series].cases
    theirs = {head: found[head.about, head.key].cases for head in heads if key_of(head) in found}
    narrower = [
        cases for head, cases in theirs.items() if breadth(head.about) <= breadth(series[0])
    ]
    explained = len(mine & frozenset().union(*narrower)) >= ONE_MATTER * len(mine)
    near = [head for head in theirs if explained or _common(theirs[head], mine) >= ONE_MATTER]
    return max(near, key=lambda head: len(theirs[head] & mine), default=None)


def key_of(alarm: SurgeAlarm) -> Series:
    """The series that an alarm is about."""
    return (alarm.about, alarm.key)


def breadth(about: SurgeAbout) -> int:
    """How much a kind of series takes in; the broader, the less it says."""
    return NARROW.index(about)


def _common(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / max(1, len(one | other))
