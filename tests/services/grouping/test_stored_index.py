"""A large topic stays with PostgreSQL: what is found there is what an index in memory finds."""

import numpy as np
import pytest
from sqlalchemy import func, select, text, update

from consult.clustering import Document, Index, WrongVectors, encode_documents
from consult.extensions import indexes
from consult.services.grouping import graphs, preparing, vectors
from consult.services.grouping.documents import document_of
from consult.services.grouping.placement import place_pending
from consult.services.grouping.stored_index import StoredIndex
from consult.services.suggesting import suggestion_lists
from consult.text.tokens import telling, tokens
from models.cluster import Membership
from models.search import TopicWords
from models.suggestion import Embedding, Suggestion, SuggestionStatus
from tests.benchmarks.generator import generate

pytestmark = pytest.mark.server


@pytest.fixture
def topic(make):
    return make.topic()


@pytest.fixture
def fill(session, make, now):
    """Puts generated suggestions into a topic and gives them vectors."""

    def go(topic, count, seed=3):
        author = make.person()
        rows = [
            make.suggestion(
                topic,
                one.title,
                facts=one.facts or "-",
                proposal=one.proposal,
                author=author,
                external_id=str(number),
            )
            for number, one in enumerate(
                {one[:3]: one for one in generate(count, seed=seed)}.values()
            )
        ]
        store(session, topic, rows)
        return rows

    return go


def store(session, topic, rows):
    found = encode_documents(indexes().encoder, [document_of(one) for one in rows])
    indexes().store(session, topic, rows, found, searchable=True)
    session.commit()
    return found


@pytest.fixture
def prepare(session, now, monkeypatch):
    """Does all that the job would, with topics large from ten suggestions on."""
    monkeypatch.setattr(indexes(), "stored_from", 10)
    monkeypatch.setattr(graphs, "OWN_FROM", 20)

    def go(topic):
        turns = 0
        while preparing.prepare(session, topic=topic, indexes=indexes(), now=now):
            session.commit()
            turns += 1
        return turns

    return go


def stored(session, topic, **wish):
    [found] = indexes().search(session, topic, **wish)
    assert isinstance(found, StoredIndex)
    return found


def vector_of(document):
    return encode_documents(indexes().encoder, [document])[0]


def test_the_same_ones_are_found_with_the_same_odds_as_in_memory(session, topic, fill, prepare):
    rows = fill(topic, 150)
    prepare(topic)
    memory = Index()
    documents = [document_of(one) for one in rows]
    memory.add([one.id for one in rows], documents, encode_documents(indexes().encoder, documents))

    for asked in documents[::10]:
        mine = stored(session, topic).search(asked, vector_of(asked), 5, copies=1)
        theirs = memory.search(asked, vector_of(asked), 5, copies=1, exact=True)
        assert [one.id for one in mine] == [one.id for one in theirs]
        assert [one.odds for one in mine] == pytest.approx([one.odds for one in theirs], abs=0.05)
        assert mine[0].shared_words == theirs[0].shared_words


def test_placement_puts_newcomers_where_memory_would(session, make, now, topic, prepare):
    other = make.topic()
    words = list({one[:3]: None for one in generate(160, seed=5)})

    def arrive(place, some):
        for title, facts, proposal in some:
            make.suggestion(place, title, facts=facts or "-", proposal=proposal)
            place_pending(session, topic=place, indexes=indexes(), now=now)
            session.commit()

    indexes().stored_from = 10**6
    for place in (topic, other):
        arrive(place, words[:120])
    arrive(other, words[120:])
    prepare(topic)
    indexes().stored_from = 10
    arrive(topic, words[120:])

    assert isinstance(indexes().search(session, topic)[0], StoredIndex)
    mine, theirs = partition(session, topic), partition(session, other)
    assert mine[:120] == theirs[:120]
    # Of forty newcomers two may fall on the other side: the words were counted before they came.
    assert sum(a != b for a, b in zip(mine[120:], theirs[120:], strict=True)) <= 2


def partition(session, topic):
    """For each suggestion in the order of arrival the place of the first one in its group."""
    query = (
        select(Membership.cluster_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Suggestion.topic_id == topic.id)
        .order_by(Suggestion.id)
    )
    first = {}
    return [first.setdefault(one, place) for place, one in enumerate(session.scalars(query))]


def test_what_was_stored_in_this_transaction_is_found_and_what_was_rolled_back_is_not(
    session, make, topic, fill, prepare
):
    fill(topic, 40)
    prepare(topic)
    one = make.suggestion(topic, "鲸鱼广场的喷泉", facts="不喷水")
    found = encode_documents(indexes().encoder, [document_of(one)])
    indexes().store(session, topic, [one], found, searchable=True)
    asked, number = document_of(one), one.id

    assert stored(session, topic).search(asked, found[0], 1)[0].id == number
    session.rollback()
    ids = [match.id for match in stored(session, topic).search(asked, found[0], 9)]
    assert number not in ids


def test_withdrawn_hidden_and_foreign_ones_are_not_found(session, make, topic, fill, prepare):
    fill(topic, 40)
    words = {"title": "鲸鱼广场的喷泉坏了", "facts": "不喷水"}
    gone, hidden, shown = (make.suggestion(topic, **words) for _ in range(3))
    foreign = make.suggestion(make.topic(), **words)
    store(session, topic, [gone, hidden, shown])
    store(session, foreign.topic, [foreign])
    gone.status, hidden.publish_text = SuggestionStatus.WITHDRAWN, False
    session.commit()
    prepare(topic)
    asked = document_of(shown)

    ids = [one.id for one in stored(session, topic).search(asked, vector_of(asked), 9)]
    assert {hidden.id, shown.id} <= set(ids)
    assert not {gone.id, foreign.id} & set(ids)
    seen = stored(session, topic, shown_only=True).search(asked, vector_of(asked), 9)
    assert hidden.id not in [one.id for one in seen]


def test_a_campaign_of_copies_crowds_nobody_out(session, make, topic, fill, prepare):
    rows = fill(topic, 60)
    copies = [make.suggestion(topic, "鲸鱼广场的喷泉", facts="不喷水") for _ in range(150)]
    like = make.suggestion(topic, "鲸鱼广场喷泉停了", facts="请修好")
    store(session, topic, [*copies, like])
    prepare(topic)
    asked = Document("鲸鱼广场的喷泉", "不喷水")

    found = stored(session, topic).search(asked, vector_of(asked), 40, copies=1)
    assert [one.id for one in found][:2] == [copies[0].id, like.id]
    assert session.scalar(text("SELECT count(*) FROM search.vector")) <= len(rows) + 2


def test_similar_asks_postgresql_and_shows_what_the_public_may_read(
    session, make, topic, fill, prepare
):
    fill(topic, 40)
    one = make.suggestion(topic, "鲸鱼广场的喷泉坏了", facts="不喷水")
    store(session, topic, [one])
    prepare(topic)

    [best, *_] = suggestion_lists.similar(
        session, indexes=indexes(), topic=topic, title="鲸鱼广场的喷泉坏了", body="不喷水"
    )

    assert (best.face.id, best.score) == (one.id, 1.0)


def test_a_graph_is_built_once_the_topic_is_large_and_keeps_every_text(
    session, topic, fill, prepare
):
    rows = fill(topic, 60)
    assert not graphs.has_own(session, topic.id)
    assert prepare(topic) >= 1

    assert graphs.has_own(session, topic.id)
    assert session.scalar(text("SELECT count(*) FROM search.vector_rest")) == 0
    texts = len({one.digest for one in rows})
    assert session.scalar(text("SELECT count(*) FROM search.vector")) == texts
    assert session.get(TopicWords, topic.id).documents == texts
    plan = session.execute(
        text("SELECT indexdef FROM pg_indexes WHERE tablename = :name"),
        {"name": f"vector_{topic.id}"},
    )
    assert any("hnsw" in row[0] for row in plan)
    assert prepare(topic) == 0


def test_many_that_came_by_another_way_are_put_into_a_new_graph(
    session, topic, fill, prepare, monkeypatch
):
    rows = fill(topic, 40)
    prepare(topic)
    session.execute(update(Embedding).values(searched=False))
    session.execute(text("DELETE FROM search.vector"))
    session.commit()
    monkeypatch.setattr(graphs, "ANEW_FROM", 30)

    assert prepare(topic) == 1
    texts = len({one.digest for one in rows})
    assert session.scalar(text("SELECT count(*) FROM search.vector")) == texts
    unsearched = select(func.count()).where(~Embedding.searched)
    assert session.scalar(unsearched) == 0


def test_few_that_came_by_another_way_are_taken_in(session, topic, fill, prepare):
    [one, *_] = fill(topic, 40)
    prepare(topic)
    session.execute(
        update(Embedding).where(Embedding.suggestion_id == one.id).values(searched=False)
    )
    session.execute(
        text("DELETE FROM search.vector WHERE digest = :digest"), {"digest": one.digest}
    )
    session.commit()

    prepare(topic)

    assert one.digest in stored(session, topic).nearest(vector_of(document_of(one)), 3)


def test_vectors_of_another_model_are_never_compared(session, topic, fill, prepare):
    [one, *_] = fill(topic, 40)
    prepare(topic)
    session.execute(
        text("UPDATE search.vector SET model = 'another' WHERE digest = :d"), {"d": one.digest}
    )

    assert one.digest not in stored(session, topic).nearest(vector_of(document_of(one)), 40)


@pytest.mark.parametrize(
    ("vector", "complaint"),
    [
        (np.full(512, np.nan), "not finite"),
        (np.ones(7), "512"),
        (np.full(512, np.inf), "not finite"),
    ],
)
def test_vectors_that_do_not_fit_are_refused_in_words(
    session, topic, fill, prepare, vector, complaint
):
    [one, *_] = fill(topic, 40)
    prepare(topic)
    before = session.scalar(select(Embedding.vector).filter_by(suggestion_id=one.id))

    with pytest.raises(WrongVectors, match=complaint):
        indexes().store(session, topic, [one], np.asarray([vector], np.float32), searchable=True)
    assert session.scalar(select(Embedding.vector).filter_by(suggestion_id=one.id)) == before


def test_a_search_with_a_vector_that_does_not_fit_is_refused_in_words(
    session, topic, fill, prepare
):
    fill(topic, 40)
    prepare(topic)

    with pytest.raises(WrongVectors):
        stored(session, topic).search(Document("路灯"), np.full(512, np.nan), 3)
    with pytest.raises(WrongVectors):
        stored(session, topic).search(Document("路灯"), np.ones(7, np.float32), 3)


@pytest.mark.parametrize(
    "words",
    [
        "修路灯",
        "Bus 17路，ＡＢＣ！",
        "こんにちは 안녕",
        "a_b-c's",
        "第3条（2）",
        "𠮷野家",
        "",
        "，。",
        "Ünïcode straße",
    ],
)
def test_postgresql_makes_the_same_tokens(session, words):
    listed = sorted(tokens(words))
    hashed = session.scalars(
        text(
            'SELECT (hashtextextended(t COLLATE "C", 7) >> 32)::int FROM unnest(CAST(:all AS text[])) AS t'
        ),
        {"all": listed},
    ).all()

    made = session.scalar(text("SELECT search.tokens(7, :words)"), {"words": words})
    assert sorted(made) == sorted(hashed)
    assert telling(words) <= tokens(words)


def test_half_precision_is_read_as_it_was_written(session, topic, fill):
    [one, *_] = fill(topic, 12)
    exact = np.frombuffer(
        session.scalar(select(Embedding.vector).filter_by(suggestion_id=one.id)), vectors.NUMBERS
    )
    half = session.scalar(
        text("SELECT CAST(half AS text) FROM search.vector WHERE digest = :d"), {"d": one.digest}
    )

    assert np.allclose(np.fromstring(half[1:-1], sep=","), exact, atol=1e-3)
    assert session.get(Suggestion, one.id).digest == one.digest


def test_who_places_holds_what_pages_search_in_the_database(session, topic, fill, prepare):
    rows = fill(topic, 30)
    prepare(topic)
    asked = document_of(rows[7])
    in_database = stored(session, topic).search(asked, vector_of(asked), 3, copies=1)

    indexes().held = 30
    held, _uncommitted = indexes().search(session, topic)
    assert isinstance(held, Index)
    in_memory = held.search(asked, vector_of(asked), 3, copies=1)
    assert in_memory[0].id == in_database[0].id == rows[7].id

    indexes().held = 29
    assert isinstance(indexes().search(session, topic)[0], StoredIndex)
