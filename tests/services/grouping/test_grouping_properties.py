"""Whatever analysts do and take back, in whatever order: nobody is lost, nobody counts twice."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from consult.exceptions import Refusal
from consult.extensions import indexes
from consult.services.grouping import (
    judging,
    placement,
    reviewing,
    rollbacks,
    runs,
    undoing,
    unplacing,
)
from models.cluster import Cluster, ClusterAct, Membership, PairConstraint, Verdict
from models.decision import DecisionState
from models.person import Role
from models.run import Run, RunState
from models.suggestion import Suggestion, SuggestionStatus, Support
from models.topic import TopicState

WORDS = [
    ("增设电动车充电桩", "小区没有充电桩，居民飞线充电。"),
    ("增设电动车充电桩", "楼下没有充电桩，大家从窗口飞线充电。"),
    ("延长图书馆开放时间", "图书馆周末五点关门，上班的人去不了。"),
    ("公交车增加晚班", "晚上九点以后没有公交车，加班的人回不了家。"),
]
ACTS = ["confirm", "move", "merge", "split", "same", "different", "undo", "regroup", "rollback"]
step = st.tuples(st.sampled_from(ACTS), *[st.integers(0, 11)] * 3)
step_or_loss = st.tuples(st.sampled_from([*ACTS, "withdraw"]), *[st.integers(0, 11)] * 3)


class World:
    """A topic with an analyst, and beside it one that nothing may touch."""

    def __init__(self, session, make, now):
        self.session, self.now = session, now
        noise = make.topic()
        make.cluster(*(make.suggestion(noise, *WORDS[:1][0][:1]) for _ in range(2)))
        self.topic = make.topic(state=TopicState.ANALYSING)
        self.analyst = make.staff(Role.ANALYST, self.topic.agency)
        people = [make.person() for _ in range(4)]
        for n in range(10):
            title, facts = WORDS[n % 4]
            one = make.suggestion(
                self.topic, title, facts=facts, author=people[n % 3], proposal=str(n // 6)
            )
            make.support(one, people[3])
        make.suggestion(self.topic, status=SuggestionStatus.WITHDRAWN)
        placement.place_pending(session, topic=self.topic, indexes=indexes(), now=now)

    def all(self, model, **filters):
        query = select(model).filter_by(topic_id=self.topic.id, **filters).order_by(model.id)
        return self.session.scalars(query).all()

    def do(self, name, a, b, c):
        """Do one act on what the numbers choose; a refusal is an answer like any other."""
        try:
            with self.session.begin_nested():
                getattr(self, name)(a, b, c)
        except Refusal:
            self.session.expire_all()

    @property
    def by(self):
        return {"actor": self.analyst, "now": self.now}

    def group(self, n):
        living = self.all(Cluster, retired_at=None)
        if not living:
            raise Refusal("everything was withdrawn")
        return living[n % len(living)]

    def members(self, cluster):
        query = select(Membership.suggestion_id).filter_by(cluster_id=cluster.id)
        return self.session.scalars(query.order_by(Membership.suggestion_id)).all()

    def confirm(self, a, b, c):
        reviewing.confirm(
            self.session, cluster=self.group(a), version=self.group(a).version, **self.by
        )

    def move(self, a, b, c):
        source, target = self.group(a), self.group(b)
        chosen = self.members(source)[c % 3 : c % 3 + 2]
        reviewing.move(
            self.session,
            cluster=source,
            suggestion_ids=chosen,
            target=target,
            version=source.version,
            **self.by,
        )

    def merge(self, a, b, c):
        one, other = self.group(a), self.group(b)
        reviewing.merge(self.session, cluster=one, into=other, version=one.version, **self.by)

    def split(self, a, b, c):
        cluster = self.group(a)
        chosen = self.members(cluster)[: 1 + b % 2]
        reviewing.split(
            self.session, cluster=cluster, suggestion_ids=chosen, version=cluster.version, **self.by
        )

    def same(self, a, b, c):
        self.judge(a, b, Verdict.SAME)

    def different(self, a, b, c):
        self.judge(a, b, Verdict.DIFFERENT)

    def judge(self, a, b, verdict):
        rows = self.all(Suggestion, status=SuggestionStatus.RECEIVED)
        first, second = rows[a % len(rows)], rows[b % len(rows)]
        judging.judge_pair(self.session, first=first, second=second, verdict=verdict, **self.by)

    def undo(self, a, b, c):
        if acts := self.all(ClusterAct):
            undoing.undo(self.session, act=acts[-1 - a % len(acts)], **self.by)

    def regroup(self, a, b, c):
        run = runs.regroup(self.session, topic=self.topic, indexes=indexes(), **self.by)
        assert run.state is RunState.FINISHED, run.error

    def rollback(self, a, b, c):
        if done := self.all(Run):
            rollbacks.roll_back(self.session, run=done[a % len(done)], indexes=indexes(), **self.by)

    def withdraw(self, a, b, c):
        if standing := self.all(Suggestion, status=SuggestionStatus.RECEIVED):
            one = standing[a % len(standing)]
            one.status, one.status_at = SuggestionStatus.WITHDRAWN, self.now
            unplacing.leave(self.session, one, now=self.now)

    def check(self):
        """Each valid suggestion is in exactly one living group, and the counts are true."""
        valid = {one.id for one in self.all(Suggestion, status=SuggestionStatus.RECEIVED)}
        living = {one.id: one for one in self.all(Cluster, retired_at=None)}
        rows = self.session.scalars(
            select(Membership).join(Suggestion).where(Suggestion.topic_id == self.topic.id)
        ).all()
        assert {row.suggestion_id for row in rows} == valid
        assert {row.cluster_id for row in rows} == set(living)
        for cluster in living.values():
            mine = self.members(cluster)
            assert cluster.suggestion_count == len(mine)
            assert cluster.people_count == self.people(mine)
            assert cluster.representative_id in mine
        assert self.session.scalar(select(func.count()).select_from(Support)) == 10

    def people(self, ids):
        authors = select(Suggestion.author_id).where(Suggestion.id.in_(ids))
        supporters = select(Support.person_id).where(Support.suggestion_id.in_(ids))
        return len(set(self.session.scalars(authors)) | set(self.session.scalars(supporters)))


relaxed = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(steps=st.lists(step_or_loss, max_size=12))
def test_every_suggestion_stays_in_exactly_one_group(session, make, now, steps):
    world = World(session, make, now)
    try:
        for one in steps:
            world.do(*one)
            world.check()
    finally:
        session.rollback()


@relaxed
@given(steps=st.lists(step_or_loss, max_size=10))
def test_what_was_said_of_pairs_holds_after_a_run(session, make, now, steps):
    world = World(session, make, now)
    try:
        for one in steps:
            world.do(*one)
        world.regroup(0, 0, 0)
        place = {row.suggestion_id: row.cluster_id for row in session.scalars(select(Membership))}
        last = world.all(Run)[-1]
        excused = {tuple(one) for one in last.difference["contradictions"]}
        for pair in world.all(PairConstraint, undone_at=None):
            both_count = {pair.first_id, pair.second_id} <= place.keys()
            excuse = (pair.verdict.value, pair.first_id, pair.second_id) in excused
            if both_count and not excuse:
                together = place[pair.first_id] == place[pair.second_id]
                assert together == (pair.verdict is Verdict.SAME)
    finally:
        session.rollback()


@relaxed
@given(steps=st.lists(step, max_size=10), chosen=st.integers(0, 11))
def test_an_answered_group_keeps_its_members_and_its_answer(session, make, now, steps, chosen):
    world = World(session, make, now)
    try:
        cluster = world.group(chosen)
        before = set(world.members(cluster))
        make.decision(cluster, state=DecisionState.APPROVED)
        for one in steps:
            world.do(*one)
        assert before <= set(world.members(cluster))
        assert session.get(Cluster, cluster.id).retired_at is None
    finally:
        session.rollback()


@relaxed
@given(
    steps=st.lists(
        step.filter(lambda one: one[0] not in {"undo", "regroup", "rollback"}), max_size=8
    )
)
def test_taking_everything_back_restores_everything(session, make, now, steps):
    world = World(session, make, now)
    try:
        before = {cluster.id: world.members(cluster) for cluster in world.all(Cluster)}
        for one in steps:
            world.do(*one)
        for act in reversed(world.all(ClusterAct)):
            undoing.undo(session, act=act, **world.by)
        after = {one.id: world.members(one) for one in world.all(Cluster, retired_at=None)}
        assert after == before
        held = select(func.count()).where(Membership.held_at.is_not(None))
        assert session.scalar(held) == 0
        standing = select(func.count()).where(PairConstraint.undone_at.is_(None))
        assert session.scalar(standing) == 0
    finally:
        session.rollback()
