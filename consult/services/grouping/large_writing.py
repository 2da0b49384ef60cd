"""Writes a large plan piece by piece: short transactions, each of which leaves everything in order.

Between two pieces every suggestion is in exactly one group. A group that several pieces change is
counted when its last member has come or gone, and shows its earlier numbers until then.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict
from consult.services.grouping import (
    awaiting,
    cluster_counts,
    large_themes,
    lineage,
    run_inputs,
    run_writing,
    theme_writing,
    turns,
    vectors,
)
from consult.services.grouping.large_describing import describe, keywords_of
from consult.services.grouping.large_pieces import Fates, Piece, Pieces
from consult.services.grouping.large_planning import LargePlan
from consult.services.grouping.large_words import Words, words_of
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.run_standing import Array, mark_of
from consult.services.grouping.runs import STOPPED
from consult.services.grouping.similarity import TopicIndexes
from consult.services.grouping.vectors import CHUNK
from consult.services.records import ledger, many_rows
from models.cluster import Cluster, Membership
from models.run import Lineage, LineageEvent, Run, RunAssignment, RunState
from models.suggestion import Suggestion

#: Clusters described, and assignments kept, in one transaction.
DESCRIBED, KEPT = 1_000, 20_000
OVERTAKEN = N_("The groups were changed by people while the run was computing. Run it again.")


class LargeWriting:
    """The writing of one plan; ``keys`` of the plan are filled in as its clusters are made."""

    def __init__(
        self, run: Run, plan: LargePlan, inputs: Inputs, indexes: TopicIndexes, now: datetime
    ) -> None:
        self.run, self.plan, self.inputs, self.indexes, self.now = run, plan, inputs, indexes, now
        self.pieces, self.fates = Pieces(plan), Fates(plan)
        self.themes: dict[int, int] = {}
        self._mark = inputs.mark

    def steps(self, session: Session, kept: int) -> Iterator[tuple[str, int, int]]:
        """Do all of it; after each step the caller commits, and sees how far it has come.

        :raises Conflict: if people changed the groups since they were read, or stopped the run.
        """
        for number in range(len(self.pieces)):
            self._guard(session)
            self._move(session, self.pieces.piece(number))
            yield "publishing", number + 1, len(self.pieces)
        self._guard(session)
        self._write_themes(session)
        yield "themes", 1, 1
        count = len(self.plan)
        for start in range(0, count, DESCRIBED):
            self._guard(session)
            groups = np.arange(start, min(start + DESCRIBED, count))
            describe(session, self.plan, self.inputs, groups, self.themes)
            yield "describing", min(start + DESCRIBED, count), count
        rows = len(self.plan.standing)
        for start in range(0, rows, KEPT):
            self._keep(session, slice(start, min(start + KEPT, rows)))
            yield "keeping", min(start + KEPT, rows), rows
        for done in self._prune(session, kept):
            yield "tidying", done, 0
        self._finish(session)
        yield "finished", 1, 1

    def _finish(self, session: Session) -> None:
        self._guard(session)
        run, plan, encoder = self.run, self.plan, self.indexes.encoder
        run.model, run.model_fingerprint = f"{encoder.name} {encoder.version}", encoder.fingerprint
        run.engine_version = str(plan.settings.get("engine", ""))
        run.settings, run.input_fingerprint = dict(plan.settings), plan.fingerprint
        run.suggestion_count, run.cluster_count = len(plan.standing), len(plan)
        names = [*(event.value for event in LineageEvent), "retired", "moved", "placed"]
        counts = {name: run.difference.get(name, 0) for name in names}
        contradictions = [list(one) for one in plan.contradictions]
        run.difference = counts | {"contradictions": contradictions}
        run.state, run.finished_at = RunState.FINISHED, self.now
        number = run.number
        ledger.record(
            session, "run.finished", run, actor=run.started_by, now=self.now, number=number
        )

    def _guard(self, session: Session) -> None:
        """Take the turn, and see that nobody acted on the groups or stopped the run meanwhile."""
        turns.take(session, self.run.topic_id)
        session.refresh(self.run)
        if self.run.state is not RunState.RUNNING:
            raise Conflict(STOPPED)
        if run_inputs.mark(session, self.run.topic) != self._mark:
            raise Conflict(OVERTAKEN)

    def _move(self, session: Session, piece: Piece) -> None:
        plan, standing = self.plan, self.plan.standing
        heads = [plan.head(group) for group in piece.begun.tolist()]
        words = words_of(session, standing.ids[np.append(piece.places, heads).astype(np.int64)])
        self._begin(session, piece.begun, heads, words)
        now_in = self._now_in(session, standing.ids[piece.places])
        same = self._unchanged(piece.places, words)
        rows = [row for row in self._rows(piece.places) if row["suggestion_id"] in same]
        run_writing.assign(session, [row for row in rows if row["suggestion_id"] in now_in])
        new = [row for row in rows if row["suggestion_id"] not in now_in]
        many_rows.add(session, Membership, [{**row, "placed_at": self.now} for row in new])
        self._store_vectors(session, piece.places, same)
        moved = [row for row in rows if now_in.get(row["suggestion_id"]) != row["cluster_id"]]
        beside = {now_in[row["suggestion_id"]] for row in moved if row["suggestion_id"] in now_in}
        beside -= set(standing.clusters[piece.places].tolist())  # placed there since it was read
        left = {*piece.left.tolist(), *beside}
        done = set(plan.keys[piece.done].tolist())
        cluster_counts.recount(session, done | left, self.now)
        self._note(session, piece, left - set(plan.keys.tolist()), len(moved) - len(new), len(new))
        run_writing.bump(session, {row["cluster_id"] for row in moved} | left)

    def _unchanged(self, places: Array, words: Mapping[int, Words]) -> dict[int, Words]:
        """Of those that say what they said; others are placed anew by themselves."""
        standing = self.plan.standing
        marks = zip(standing.ids[places].tolist(), standing.marks[places].tolist(), strict=True)
        return {
            one: words[one]
            for one, mark in marks
            if one in words and mark_of(words[one].digest) == mark
        }

    def _begin(
        self, session: Session, groups: Array, heads: Sequence[int], words: Mapping[int, Words]
    ) -> None:
        plan = self.plan
        plan.keys[groups] = many_rows.new_ids(session, Cluster, len(groups))
        keywords = keywords_of(plan, groups)
        ids = plan.standing.ids[heads].tolist() if heads else []
        rows = [
            {
                "id": key,
                "topic_id": self.run.topic_id,
                "name": words[one].title if one in words else f"№ {one}",
                "keywords": list(keywords[group]),
                "representative_id": one,
                "created_at": self.now,
            }
            for key, group, one in zip(
                plan.keys[groups].tolist(), groups.tolist(), ids, strict=True
            )
        ]
        many_rows.add(session, Cluster, rows)

    def _now_in(self, session: Session, ids: Array) -> dict[int, int]:
        found: dict[int, int] = {}
        for part in cluster_counts.chunks(ids.tolist()):
            query = select(Membership.suggestion_id, Membership.cluster_id)
            found |= {
                row[0]: row[1]
                for row in session.execute(query.where(Membership.suggestion_id.in_(part)))
            }
        return found

    def _rows(self, places: Array) -> list[dict[str, Any]]:
        plan = self.plan
        columns = (
            plan.standing.ids[places].tolist(),
            plan.keys[plan.groups[places]].tolist(),
            plan.similarities[places].astype(float).round(4).tolist(),
            plan.uncertain[places].tolist(),
        )
        return [
            dict(zip(run_writing.ASSIGNMENT, row, strict=True))
            for row in zip(*columns, strict=True)
        ]

    def _store_vectors(self, session: Session, places: Array, words: Mapping[int, Words]) -> None:
        standing, encoder = self.plan.standing, self.indexes.encoder
        wanted = [
            place
            for place in places[~standing.encoded[places]].tolist()
            if int(standing.ids[place]) in words
        ]
        for start in range(0, len(wanted), CHUNK):
            part = np.array(wanted[start : start + CHUNK])
            vectors.store(
                session,
                cast("list[Suggestion]", [words[one] for one in standing.ids[part].tolist()]),
                self.plan.found.vectors(standing.rows[part]),
                model=encoder.fingerprint,
                dimension=encoder.dimension,
            )

    def _note(self, session: Session, piece: Piece, empty: set[int], moved: int, new: int) -> None:
        """Keep what became of the groups that this piece ends, and count it."""
        keys, fates, now = self.plan.keys, self.fates, self.now
        into = {old: int(keys[group]) for old, group in fates.into.items() if old in empty}
        retired = lineage.retire_empty(session, empty, now=now, into=into, run_id=self.run.id)
        lines: list[dict[str, Any]] = [
            {
                "cluster_id": int(keys[group]),
                "event": event,
                "other_id": other,
                "run_id": self.run.id,
                "size_before": before,
                "size_after": after,
                "created_at": now,
            }
            for group in piece.done.tolist()
            for event, other, before, after in fates.of(group)
        ]
        many_rows.add(session, Lineage, lines)
        counts = Counter(self.run.difference)
        counts.update(line["event"].value for line in lines)
        counts.update({"retired": len(retired), "moved": moved, "placed": new})
        self.run.difference = dict(counts)

    def _write_themes(self, session: Session) -> None:
        plan, inputs, standing = self.plan, self.inputs, self.plan.standing
        keys = theme_writing.theme_ids(session, self.run.topic_id, plan.themes, self.now)
        theme = np.zeros(len(plan), np.int64)
        for key, planned in zip(keys, plan.themes, strict=True):
            theme[list(planned.clusters)] = key
        self.themes = {at: key for at, key in enumerate(theme.tolist()) if key}
        olds, news = large_themes.before(standing, inputs), theme[plan.groups]
        into = large_themes.successors(olds, news)
        theme_writing.retire_themes(session, inputs, set(keys), into, self.now)
        sizes = {one.id: 0 for one in inputs.themes} | _counted(olds)
        after = dict.fromkeys(keys, 0) | _counted(news)
        theme_writing.note_steps(session, self.run, sizes, after, into, self.now)
        session.flush()
        self._mark = run_inputs.mark(session, self.run.topic)  # new themes count, too

    def _keep(self, session: Session, here: slice) -> None:
        """Keep where the run put these, for going back to it; take them off the waiting list."""
        plan, run = self.plan, self.run
        ids = plan.standing.ids[here]
        between = RunAssignment.suggestion_id.between(int(ids[0]), int(ids[-1]))
        session.execute(delete(RunAssignment).where(RunAssignment.run_id == run.id, between))
        places = np.arange(here.start, here.stop)
        groups = plan.groups[here].tolist()
        rows = [
            {"run_id": run.id, **row, "theme_id": self.themes.get(group)}
            for row, group in zip(self._rows(places), groups, strict=True)
        ]
        many_rows.add(session, RunAssignment, rows)
        awaiting.settle(session, run.topic, [int(ids[0]), int(ids[-1])])

    def _prune(self, session: Session, kept: int) -> Iterator[int]:
        """Forget where older runs put everything, some at a time."""
        older = select(Run.id).filter_by(topic_id=self.run.topic_id)
        ids = session.scalars(older.order_by(Run.number.desc()).offset(kept)).all()
        for done, one in enumerate(ids, start=1):
            session.execute(delete(RunAssignment).where(RunAssignment.run_id == one))
            yield done


def _counted(keys: Array) -> dict[int, int]:
    names, counts = np.unique(keys[keys > 0], return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))
