"""A consultation of any size, seeded fast: rows in bulk, with all that hangs on them in real life.

People, suggestions in generated words, their vectors by the shipped model, groups (those of the
generator, which knows who asks the same), themes, supports, what large topics are searched by, and an
unbroken ledger. 10,000 suggestions with 100,000 supports take about half a minute; the words and
vectors of 1,000,000 some minutes. What is broken off leaves a part: begin again in a fresh database.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import numpy as np
from sqlalchemy import func, insert, select, text, update

from consult.clustering import digest, encode_documents
from consult.extensions import indexes
from consult.services.grouping import preparing
from consult.services.grouping.documents import worded
from consult.services.people.sessions import open_session
from consult.services.records import ledger
from consult.services.records.ledger import Act
from consult.services.suggesting import query_codes
from models.cluster import Cluster, Membership
from models.person import Person, PersonKind, Role
from models.suggestion import Embedding, Suggestion, Support
from models.theme import Theme
from models.topic import Topic
from tests.benchmarks.generator import START, generate
from tests.factories import Factory

CHUNK = 5_000
THEMES = 40
#: The window of the consultation around the times that the generator gives.
OPENS, CLOSES = -50, 30


@dataclass
class Seeded:
    """What addresses and sessions need; the suggestions that everybody may read."""

    slug: str
    topic: int
    suggestions: list[int]
    clusters: list[int]
    people: list[int]


def seed(session, vault, *, slug, size, supports, now=None):
    """Make one open topic with ``size`` suggestions and about ``supports`` supports, committed."""
    now = now or datetime.now(UTC)
    make = Factory(session, vault=vault, now=lambda: now, first=1 + _count(session, Person))
    agency = make.agency()
    topic = make.topic(agency=agency, slug=slug, opens=OPENS, closes=CLOSES)
    make.staff(Role.ANALYST, agency)
    document = make.document(topic, *(f"第{n}条 为了规范管理，制定本办法。" for n in range(1, 31)))
    clauses = [clause.id for clause in document.clauses]
    people = _people(session, max(200, int(0.8 * size) + 1), slug, now)
    made = list(_words(size, now))
    ids = _suggestions(session, topic.id, made, people, clauses, now)
    _groups(session, topic.id, made, ids, now)
    _supports(session, ids, people, supports, now)
    _vectors(session, topic, ids)
    acts = (Act("suggestion.submitted", "suggestion", one, topic.id, {}) for one in ids)
    for part in _parts(acts, CHUNK):
        ledger.record_all(session, part, actor=None, now=now)
        session.commit()
    _count_up(session, topic.id)
    session.commit()
    while preparing.prepare(session, topic=topic, indexes=indexes(), now=now):
        session.commit()
    session.execute(text("ANALYZE"))
    session.commit()
    return known(session, slug)


def known(session, slug):
    """What was seeded before in this database under that name, if anything was."""
    topic = session.scalar(select(Topic.id).where(Topic.slug == slug))
    if topic is None:
        return None
    of_topic = select(Suggestion.id).where(Suggestion.topic_id == topic, Suggestion.publish_text)
    people = select(Person.id).where(Person.external_ref.startswith(f"{slug}:"))
    return Seeded(
        slug,
        topic,
        list(session.scalars(of_topic.order_by(Suggestion.id))),
        list(session.scalars(select(Cluster.id).where(Cluster.topic_id == topic))),
        list(session.scalars(people.order_by(Person.id))),
    )


def sessions(session, people, now, *, days=1):
    """A signed-in session for each of ``people``; their tokens."""
    found = session.scalars(select(Person).where(Person.id.in_(people))).all()
    life = timedelta(days=days)
    tokens = [
        open_session(session, person=one, device="bench", lifetime=life, now=now) for one in found
    ]
    session.commit()
    return tokens


def _count(session, model):
    return session.scalar(select(func.count()).select_from(model)) or 0


def _put(session, model, rows):
    """Insert many rows by few statements, so that what the database does for each costs little.

    Each part is committed: within one transaction no old version of the topic's counts could go, and
    every change of them would read them all.
    """
    for part in _parts(rows, CHUNK // 5):
        session.execute(model.__table__.insert().values(part))
        session.commit()


def _parts(rows, size):
    rows = iter(rows)
    while part := list(islice(rows, size)):
        yield part


def _people(session, count, slug, now):
    first = (session.scalar(select(func.max(Person.id))) or 0) + 1
    rows = (
        {
            "id": first + n,
            "name": f"市民{first + n}",
            "kind": PersonKind.CITIZEN,
            "external_ref": f"{slug}:{n}",
            "created_at": now,
        }
        for n in range(count)
    )
    _put(session, Person, rows)
    _go_on(session, "person")
    return list(range(first, first + count))


def _words(size, now):
    """What the generator makes, moved so that the last comes an hour ago."""
    last = START + 45 * 86_400
    moved = now.timestamp() - 3600 - last
    for one in generate(size):
        yield one, datetime.fromtimestamp(one.time + moved, UTC)


def _suggestions(session, topic, made, people, clauses, now):
    first = (session.scalar(select(func.max(Suggestion.id))) or 0) + 1
    seen, random = set(), np.random.default_rng(3)
    silent = random.random(len(made)) < 0.1
    spoken = random.integers(0, 3 * len(clauses), len(made))
    rows = []
    for n, (one, when) in enumerate(made):
        author = people[one.user % len(people)]
        sign = digest(f"{one.title}\n{one.facts}\n{one.proposal}")
        while (author, sign) in seen:  # a person's same words count once
            author = people[int(random.integers(len(people)))]
        seen.add((author, sign))
        words = {name: getattr(one, name) for name in ("title", "facts", "proposal")}
        rows.append(
            {
                "id": first + n,
                "query_code": query_codes.make(),
                "topic_id": topic,
                "author_id": author,
                "digest": sign,
                "publish_text": not silent[n],
                "clause_id": clauses[spoken[n]] if spoken[n] < len(clauses) else None,
                "place": one.place,
                "created_at": when,
                **words,
                **{f"public_{name}": value for name, value in words.items()},
            }
        )
        if len(rows) == CHUNK:
            _put(session, Suggestion, rows)
            rows = []
    _put(session, Suggestion, rows)
    _go_on(session, "suggestion")
    return list(range(first, first + len(made)))


def _groups(session, topic, made, ids, now):
    """Groups as the generator knows them, over some themes."""
    members = defaultdict(list)
    for number, (one, when) in zip(ids, made, strict=True):
        members[one.group].append((number, one.title, when))
    first_theme = (session.scalar(select(func.max(Theme.id))) or 0) + 1
    session.execute(
        insert(Theme),
        [
            {"id": first_theme + n, "topic_id": topic, "name": f"主题{n}", "name_auto": f"主题{n}"}
            for n in range(THEMES)
        ],
    )
    _go_on(session, "theme")
    first = (session.scalar(select(func.max(Cluster.id))) or 0) + 1
    rows = [
        {
            "id": first + n,
            "topic_id": topic,
            "name": group[0][1],
            "keywords": [],
            "representative_id": group[0][0],
            "theme_id": first_theme + n % THEMES,
            "newest_at": max(when for _, _, when in group),
            "created_at": now,
        }
        for n, group in enumerate(members.values())
    ]
    places = [
        {"suggestion_id": number, "cluster_id": first + n, "similarity": 0.9, "placed_at": now}
        for n, group in enumerate(members.values())
        for number, _, _ in group
    ]
    _put(session, Cluster, rows)
    _put(session, Membership, places)
    _go_on(session, "cluster")
    return [row["id"] for row in rows]


def _supports(session, ids, people, supports, now):
    """Pairs by chance, popular suggestions first: a few have thousands, most have some."""
    random = np.random.default_rng(4)
    popular = random.permutation(ids)
    which = popular[(len(ids) * random.random(supports) ** 2).astype(int)]
    who = np.array(people)[random.integers(0, len(people), supports)]
    pairs = np.unique(np.stack([which, who], axis=1), axis=0)
    rows = (
        {"suggestion_id": one, "person_id": person, "created_at": now}
        for one, person in pairs.tolist()
    )
    _put(session, Support, rows)


def _vectors(session, topic, ids):
    kept = indexes()
    for part in _parts(ids, CHUNK):
        query = select(Suggestion).where(Suggestion.id.in_(part)).order_by(Suggestion.id)
        found = session.scalars(query).all()
        documents = [worded(one.title, one.facts, one.proposal) for one in found]
        kept.store(session, topic, found, encode_documents(kept.encoder, documents))
        session.commit()
        session.expunge_all()
        session.add(topic)


def _count_up(session, topic):
    """The counts that columns keep, each by one statement."""
    supports = select(func.count()).where(Support.suggestion_id == Suggestion.id).scalar_subquery()
    session.execute(
        update(Suggestion).where(Suggestion.topic_id == topic).values(support_count=supports),
        execution_options={"synchronize_session": False},
    )
    said = select(Membership.cluster_id, Suggestion.author_id.label("person_id")).join(
        Suggestion, Suggestion.id == Membership.suggestion_id
    )
    backed = select(Membership.cluster_id, Support.person_id).join(
        Support, Support.suggestion_id == Membership.suggestion_id
    )
    voices = said.union(backed).subquery()
    for columns, query in (
        (
            {"people_count": "n"},
            select(voices.c.cluster_id.label("id"), func.count().label("n")).group_by(
                voices.c.cluster_id
            ),
        ),
        (
            {"suggestion_count": "n", "text_count": "texts"},
            select(
                Membership.cluster_id.label("id"),
                func.count().label("n"),
                func.count(Suggestion.digest.distinct()).label("texts"),
            )
            .join(Suggestion, Suggestion.id == Membership.suggestion_id)
            .group_by(Membership.cluster_id),
        ),
    ):
        found = query.subquery()
        session.execute(
            update(Cluster)
            .where(Cluster.id == found.c.id, Cluster.topic_id == topic)
            .values({name: found.c[column] for name, column in columns.items()}),
            execution_options={"synchronize_session": False},
        )


def _go_on(session, table):
    """Let the database count on after ids that were given to it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # noqa: S608
        )


def embedded(session, topic):
    """How many vectors the topic has: seeding left none out."""
    return session.scalar(select(func.count()).where(Embedding.topic_id == topic))
