"""Acts on the chosen members of a group, by the name of their button."""

from collections.abc import Callable

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consult.exceptions import N_, Invalid
from consult.services.grouping import clusters, judging, reviewing
from consult.services.records.versions import expect_version
from consult.services.suggesting import suggestion_pages
from consult.web import current
from consult.web.numbers import number, numbers
from models.cluster import Cluster, Verdict


def move(cluster: Cluster) -> None:
    """Move the chosen into another group."""
    reviewing.move(
        current.session(),
        cluster=cluster,
        suggestion_ids=_chosen(),
        target=wanted_group(),
        version=number(request.form.get("version")),
        actor=current.somebody(),
        now=current.now(),
    )


def split(cluster: Cluster) -> None:
    """Take the chosen out into a group of their own."""
    reviewing.split(
        current.session(),
        cluster=cluster,
        suggestion_ids=_chosen(),
        version=number(request.form.get("version")),
        actor=current.somebody(),
        now=current.now(),
    )


def set_apart(cluster: Cluster) -> None:
    """Say of each of the chosen that it is not the same as the representative."""
    expect_version(cluster, number(request.form.get("version")))
    if cluster.representative is None:
        raise Invalid(N_("The group has no representative to compare with."))
    for one in _chosen():
        judging.judge_pair(
            current.session(),
            first=cluster.representative,
            second=suggestion_pages.by_id(current.session(), one),
            verdict=Verdict.DIFFERENT,
            actor=current.somebody(),
            now=current.now(),
        )


def wanted_group() -> Cluster:
    """The other group of an act: the number that was typed, or what was chosen from the list."""
    typed = request.form.get("into_number", "").strip().removeprefix("#")
    wanted = number(typed) or number(request.form.get("into"))
    if not wanted:
        raise Invalid(N_("Choose the other group, or give its number."))
    return clusters.by_id(current.session(), wanted)


def _chosen() -> list[int]:
    found = numbers(request.form.getlist("id"))
    if not found:
        raise Invalid(N_("Choose at least one member."))
    return found


MEMBER_ACTS: dict[str, tuple[Callable[[Cluster], None], LazyString]] = {
    "move": (move, _l("Moved. It can be taken back below.")),
    "split": (split, _l("Split off. It can be taken back below.")),
    "different": (set_apart, _l("Set apart, and kept apart in every later run.")),
}
