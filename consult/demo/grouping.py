"""The demo's staff correct what the machine grouped, as far as the files say they got."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import cycle

from sqlalchemy import select

from consult.demo.consultation import Staging
from consult.services.grouping import judging, placement, reviewing, runs
from consult.services.grouping.similarity import TopicIndexes
from models.cluster import Cluster, Membership, Verdict
from models.person import Person
from models.run import RunCause

MINUTE = timedelta(minutes=1)
BATCH = 500


def group(staging: Staging, *, indexes: TopicIndexes, now: datetime) -> None:
    """Place what arrived, then regroup the consultation by night."""
    session, topic = staging.session, staging.topic
    while placement.place_pending(session, topic=topic, indexes=indexes, now=now, limit=BATCH):
        pass
    runs.regroup(session, topic=topic, indexes=indexes, cause=RunCause.NIGHTLY, actor=None, now=now)


def correct(
    staging: Staging, labels: Iterable[str], analysts: list[Person], start: datetime
) -> None:
    """Bring the groups called ``labels`` to what staff would agree on: take out, move, merge.

    The key of a suggestion that stands alone is a label too.
    """
    minutes = (start + n * MINUTE for n in range(1_000_000))
    people = cycle(analysts)
    for label in labels:
        target = _main_cluster(staging, label)
        _take_out_strangers(staging, label, target, people, minutes)
        _bring_together(staging, label, target, people, minutes)


def review(staging: Staging) -> None:
    """Do the acts that the consultation's ``staff.json`` tells."""
    for act in staging.story.staff["acts"]:
        actor, now = staging.town.people[act["by"]], staging.at(act["day"], act["time"])
        if act["act"] in {"same", "not_same"}:
            judging.judge_pair(
                staging.session,
                first=staging.suggestions[act["a"]],
                second=staging.suggestions[act["b"]],
                verdict=Verdict.SAME if act["act"] == "same" else Verdict.DIFFERENT,
                actor=actor,
                now=now,
            )
            continue
        found = cluster_of(staging, act["group"])
        if act["act"] == "rename":
            reviewing.rename(
                staging.session,
                cluster=found,
                name=act["name"],
                version=found.version,
                actor=actor,
                now=now,
            )
        else:
            reviewing.confirm(
                staging.session, cluster=found, version=found.version, actor=actor, now=now
            )


def cluster_of(staging: Staging, label: str) -> Cluster:
    """Where the group called ``label`` is now."""
    return _main_cluster(staging, label)


def clusters_of(staging: Staging, keys: Iterable[str]) -> dict[str, Cluster]:
    """Key of a suggestion → the cluster it is in."""
    homes = _homes(staging)
    return {
        key: staging.session.get_one(Cluster, homes[staging.suggestions[key].id]) for key in keys
    }


def _members(staging: Staging, label: str) -> set[int]:
    """Ids of the suggestions that belong to a group; equal words of one person are one."""
    return {
        staging.suggestions[key].id for key, own in staging.story.labels.items() if own == label
    }


def _homes(staging: Staging) -> dict[int, int]:
    rows = staging.session.execute(
        select(Membership.suggestion_id, Membership.cluster_id)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(Cluster.topic_id == staging.topic.id)
    )
    return {row[0]: row[1] for row in rows}


def _main_cluster(staging: Staging, label: str) -> Cluster:
    """The cluster in which most of the group are; of equals the one that began first."""
    homes = _homes(staging)
    counts = Counter(homes[member] for member in _members(staging, label))
    best = min(counts, key=lambda cluster: (-counts[cluster], cluster))
    return staging.session.get_one(Cluster, best)


def _take_out_strangers(
    staging: Staging,
    label: str,
    target: Cluster,
    people: Iterator[Person],
    minutes: Iterator[datetime],
) -> None:
    """Split off those who ask something else, each kind into a cluster of its own."""
    labels = {staging.suggestions[key].id: own for key, own in staging.story.labels.items()}
    strangers: dict[str, list[int]] = defaultdict(list)
    for member, home in _homes(staging).items():
        if home == target.id and labels[member] != label:
            strangers[labels[member]].append(member)
    for members in strangers.values():
        reviewing.split(
            staging.session,
            cluster=target,
            suggestion_ids=members,
            version=target.version,
            actor=next(people),
            now=next(minutes),
        )


def _bring_together(
    staging: Staging,
    label: str,
    target: Cluster,
    people: Iterator[Person],
    minutes: Iterator[datetime],
) -> None:
    """Merge whole clusters of the group into ``target``; move members out of mixed ones."""
    homes, wanted = _homes(staging), _members(staging, label)
    for home in sorted({homes[member] for member in wanted} - {target.id}):
        everybody = {member for member, where in homes.items() if where == home}
        source = staging.session.get_one(Cluster, home)
        if everybody <= wanted:
            reviewing.merge(
                staging.session,
                cluster=source,
                into=target,
                version=source.version,
                actor=next(people),
                now=next(minutes),
            )
        else:
            reviewing.move(
                staging.session,
                cluster=source,
                suggestion_ids=everybody & wanted,
                target=target,
                version=source.version,
                actor=next(people),
                now=next(minutes),
            )
