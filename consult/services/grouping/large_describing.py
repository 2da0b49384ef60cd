"""Writes what the clusters of a large plan say of themselves, some at a time, where it changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.services.grouping import cluster_counts, run_copies
from consult.services.grouping.large_planning import LargePlan
from consult.services.grouping.large_words import words_of
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.run_standing import Array
from models.cluster import Cluster

#: What is written of a cluster, and what tells whether it may be.
DESCRIPTION = (
    "id",
    "name",
    "named_by_id",
    "keywords",
    "representative_id",
    "nearest_id",
    "nearest_similarity",
    "theme_id",
)


def describe(
    session: Session, plan: LargePlan, inputs: Inputs, groups: Array, themes: Mapping[int, int]
) -> None:
    """Write words, representative, nearest, copies and theme of clusters that are made already."""
    keys = plan.keys[groups].tolist()
    now = _now(session, keys)
    pairs = list(zip(groups.tolist(), keys, strict=True))
    heads = {key: _head(plan, inputs, group, key) for group, key in pairs}
    words = words_of(session, np.array(list(heads.values()), np.int64))
    keywords = keywords_of(plan, groups)
    wanted: list[dict[str, Any]] = []
    for group, key in pairs:
        near, head, was = int(plan.nearest[group]), words.get(heads[key]), now[key]
        row = {
            "name": head.title if was.named_by_id is None and head else was.name,
            "keywords": list(keywords[group]),
            "representative_id": heads[key],
            "nearest_id": None if near < 0 else int(plan.keys[near]),
            "nearest_similarity": round(float(plan.nearness[group]), 4),
            "theme_id": themes.get(group),
            **run_copies.columns(plan.copies.get(group)),
        }
        if any(getattr(was, name) != value for name, value in row.items()):
            wanted.append({"b_id": key, **row})
    cluster_counts.write(session, wanted)
    cluster_counts.expire_clusters(session, keys)


def keywords_of(plan: LargePlan, groups: Array) -> dict[int, tuple[str, ...]]:
    """The words of planned clusters."""
    words = plan.found.keywords(plan.origins[groups])
    return dict(zip(groups.tolist(), words, strict=True))


def _head(plan: LargePlan, inputs: Inputs, group: int, key: int) -> int:
    """Who stands for a cluster: of one that people know, who did before, if still in it."""
    stays = inputs.representatives.get(key) if key in inputs.known else None
    if stays is not None:
        place = int(plan.standing.places([stays])[0])
        if place >= 0 and plan.groups[place] == group:
            return stays
    return int(plan.standing.ids[plan.head(group)])


def _now(session: Session, keys: Sequence[int]) -> dict[int, Any]:
    columns = [getattr(Cluster, name) for name in (*DESCRIPTION, *run_copies.NONE)]
    return {
        row.id: row
        for part in cluster_counts.chunks(keys)
        for row in session.execute(select(*columns).where(Cluster.id.in_(part)))
    }
