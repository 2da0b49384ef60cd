import csv
import io
import json
import random

import numpy as np
import pytest

from consult.clustering import Clusterer, Document, HashingEncoder, encode_documents
from consult.clustering.bulk import BulkClusterer, cluster_file
from consult.clustering.bulk.folder import WorkFolderTaken
from consult.clustering.bulk.reading import Entry, TableUnreadable
from tests.benchmarks.generator import rows as made

ENCODER = HashingEncoder(64)
COUNT = 3_000


@pytest.fixture(scope="module")
def texts():
    """Rows of a table with copies among them; more than one shard and one cell hold."""
    found = [(str(row["id"]), row["title"], row["body"]) for row in made(COUNT)]
    return [*found, *((f"copy {key}", title, body) for key, title, body in found[:50])]


def written(folder, rows, name="in.csv"):
    path = folder / name
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([("id", "title", "body"), *rows])
    data = stream.getvalue().encode()
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)
    return path


def read(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def sets(rows):
    found = {}
    for row in rows:
        found.setdefault(row["cluster"], set()).add(row["id"])
    return set(map(frozenset, found.values()))


def grouped(folder, rows, workers=1, **settings):
    path = written(folder, rows)
    bulk = BulkClusterer(ENCODER, workers=workers)
    summary = bulk.cluster(path, folder / "out.csv", id_column="id", **settings)
    return summary, read(folder / "out.csv")


@pytest.fixture
def small(monkeypatch):
    """Make shards and tasks so small that a few thousand texts need several of each."""
    monkeypatch.setattr("consult.clustering.bulk.reading.BATCH", 700)
    monkeypatch.setattr("consult.clustering.bulk.taking.SHARD", 900)
    monkeypatch.setattr("consult.clustering.bulk.arranging.CHUNK", 800)
    monkeypatch.setattr("consult.clustering.bulk.run.LOT", 1000)


def test_a_file_is_grouped_as_the_same_texts_in_memory(tmp_path, texts, small):
    _, rows = grouped(tmp_path, texts)
    documents = [Document(title, body) for _, title, body in texts]
    memory = Clusterer(ENCODER).cluster(documents)
    wanted = {frozenset(texts[at][0] for at in group.members) for group in memory}

    assert len(sets(rows) ^ wanted) <= len(wanted) // 100


def test_rows_come_in_the_order_of_the_file_and_copies_fall_together(tmp_path, texts):
    summary, rows = grouped(tmp_path, texts)
    cluster = {row["id"]: row["cluster"] for row in rows}

    assert [row["id"] for row in rows] == [key for key, _, _ in texts]
    assert all(cluster[key] == cluster[f"copy {key}"] for key, _, _ in texts[:50])
    assert summary.rows == len(texts) > summary.distinct


def test_neither_the_order_of_the_rows_nor_the_workers_change_the_groups(tmp_path, texts, small):
    _, rows = grouped(tmp_path, texts)
    mixed = random.Random(1).sample(texts, len(texts))
    _, others = grouped(tmp_path, mixed, workers=2)

    assert sets(rows) == sets(others)


def test_a_run_that_was_stopped_goes_on_to_the_same_end(tmp_path, texts, small):
    _, wanted = grouped(tmp_path, texts)

    def stop(stage, done, _total):
        if stage == "comparing" and done > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grouped(tmp_path, texts, work=tmp_path / "work", progress=stop)
    stages = []
    summary, rows = grouped(
        tmp_path, texts, work=tmp_path / "work", progress=lambda stage, *_: stages.append(stage)
    )

    assert rows == wanted
    assert summary.resumed
    assert summary.seconds["cutting and encoding"] > 0.05
    assert "reading" not in stages


def test_a_working_folder_is_for_one_file_and_setting(tmp_path, texts):
    path = written(tmp_path, texts[:20])
    settings = {"encoder": ENCODER, "workers": 1, "work": tmp_path / "work"}
    cluster_file(path, tmp_path / "out.csv", **settings)

    with pytest.raises(WorkFolderTaken, match="other settings"):
        cluster_file(path, tmp_path / "out.csv", threshold=0.9, **settings)


def test_bad_rows_are_told_by_line_and_the_rest_goes_in(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(b'id,title,body\n1,wider lanes,x\n2,short\n3,"two\nlines",x\n4,\xff\xfe,x\n')
    told = []
    summary = cluster_file(
        path,
        tmp_path / "out.csv",
        encoder=ENCODER,
        workers=1,
        id_column="id",
        on_bad_row=lambda line, reason: told.append((line, reason)),
    )

    assert [line for line, _ in told] == [3, 6]
    assert [row["id"] for row in read(tmp_path / "out.csv")] == ["1", "3"]
    assert summary.bad_rows == 2


def test_json_lines_are_read_and_broken_ones_told(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "wider lanes"}\n{broken\n{"text": "lanes, wider"}\n')
    summary = cluster_file(path, tmp_path / "out.csv", encoder=ENCODER, workers=1, text=["text"])

    assert (summary.rows, summary.bad_rows, summary.groups) == (2, 1, 1)


def test_groups_tell_their_size_and_words(tmp_path, texts):
    grouped(tmp_path, texts, groups=tmp_path / "groups.jsonl")
    lines = (tmp_path / "groups.jsonl").read_text(encoding="utf-8").splitlines()
    sizes = [json.loads(line)["size"] for line in lines]

    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= 2
    assert all(json.loads(line)["keywords"] for line in lines[:5])


@pytest.mark.parametrize("content", ["", "id,title,body\n"])
def test_a_table_without_texts_is_refused(tmp_path, content):
    path = tmp_path / "in.csv"
    path.write_text(content)

    with pytest.raises(TableUnreadable):
        cluster_file(path, tmp_path / "out.csv", encoder=ENCODER, workers=1)


def test_opposite_wishes_stay_apart(tmp_path):
    texts = ["延长图书馆开放时间", "缩短图书馆开放时间", "请延长图书馆的开放时间"]
    path = tmp_path / "in.csv"
    path.write_text("\n".join(["text", *texts]), encoding="utf-8")
    cluster_file(path, tmp_path / "out.csv", encoder=ENCODER, workers=1, text=["text"])
    first, second, third = (row["cluster"] for row in read(tmp_path / "out.csv"))

    assert second not in (first, third)


def test_ids_that_a_spreadsheet_would_run_are_written_with_an_apostrophe(tmp_path):
    rows = [("=1+1", "wider lanes", "x"), ("-3", "lower rents", "y"), ("@a", "more trees", "z")]
    _, found = grouped(tmp_path, rows)

    assert [row["id"] for row in found] == ["'=1+1", "-3", "'@a"]
    assert found[0]["representative"] == "'=1+1"


@pytest.mark.parametrize("count", [40, 900])
def test_ideas_in_a_file_are_grouped_as_in_memory(tmp_path, count):
    things, wishes = ("lanes", "rents", "trees", "trams", "parks"), ("more", "wider", "safe", "new")
    chance = random.Random(2)
    words = [f"word{number}" for number in range(60)]
    texts = [
        f"{chance.choice(wishes)} {things[at % 5]} {' '.join(chance.sample(words, 2))}"
        for at in range(count)
    ]
    path = tmp_path / "in.csv"
    path.write_text("\n".join(["text", *texts]), encoding="utf-8")
    summary = cluster_file(path, tmp_path / "out.csv", encoder=ENCODER, workers=1, text=["text"])
    memory = Clusterer(ENCODER).cluster(texts)
    wanted = {frozenset(str(at + 1) for at in group.members) for group in memory}

    assert summary.mode == "ideas"
    assert len(sets(read(tmp_path / "out.csv")) ^ wanted) <= len(wanted) // 50
    assert summary.applied_threshold == memory.settings["applied_threshold"]


class Listed:
    """Texts that lie in no file."""

    def __init__(self, rows):
        self.rows = rows

    def facts(self):
        return {"rows": len(self.rows)}

    def entries(self):
        for at, (key, title, body) in enumerate(self.rows):
            yield Entry(at, key, title.strip(), body.strip())


def said(texts):
    """Some pairs that people call the same or not, across what the engine would say."""
    chance = random.Random(4)
    places = chance.sample(range(COUNT), 60)
    together = [(a, b) for a, b in zip(places[:20], places[20:40], strict=True)]
    plain = Clusterer(ENCODER).cluster([Document(title, body) for _, title, body in texts])
    apart = [group.members[:2] for group in plain if len(group.members) > 3][:20]
    apart = [(a, b) for a, b in apart if texts[a][1:] != texts[b][1:]]  # no copies
    return together, [tuple(pair) for pair in apart if not {*pair} & {*sum(together, ())}]


def test_what_people_said_holds_in_bulk_as_in_memory(tmp_path, texts, small):
    texts = texts[:COUNT]  # copies that are torn are another matter
    together, apart = said(texts)
    documents = [Document(title, body) for _, title, body in texts]
    wanted = Clusterer(ENCODER).cluster(documents, must_link=together, cannot_link=apart)

    found = BulkClusterer(ENCODER, workers=1).group(
        Listed(texts), tmp_path / "work", together=np.array(together), apart=np.array(apart)
    )

    assert len(apart) > 5
    assert all(found.groups[a] == found.groups[b] for a, b in together)
    assert all(found.groups[a] != found.groups[b] for a, b in apart)
    mine = {frozenset(found.members(at).tolist()) for at in range(len(found))}
    assert mine == {frozenset(group.members) for group in wanted}


def test_groups_in_arrays_say_what_groups_in_memory_say(
    tmp_path, texts, small, monkeypatch: pytest.MonkeyPatch
):
    # what many texts tell of each other belongs to a run in memory
    monkeypatch.setattr("consult.clustering.grouping.company.FEWEST", 10**9)
    documents = [Document(title, body) for _, title, body in texts]
    wanted = Clusterer(ENCODER).cluster(documents)
    found = BulkClusterer(ENCODER, workers=1).group(Listed(texts), tmp_path / "work")
    words = found.keywords(np.arange(len(found)))
    at = {group.members[0]: place for place, group in enumerate(wanted)}

    for place in range(len(found)):
        members = found.members(place)
        group = wanted.groups[at[int(members[0])]]
        assert set(members.tolist()) == set(group.members)
        assert found.similarities[members].tolist() == pytest.approx(
            [group.similarities[group.members.index(one)] for one in members.tolist()], abs=2e-4
        )
        assert {one for one in members.tolist() if found.uncertain[one]} == set(group.uncertain)
        assert words[place] == group.keywords


def test_texts_and_vectors_of_rows_are_those_that_went_in(tmp_path, texts, small):
    documents = [Document(title.strip(), body.strip()) for _, title, body in texts]
    found = BulkClusterer(ENCODER, workers=1).group(Listed(texts), tmp_path / "work")
    rows = np.array([2999, 0, 701, 3, 3010])

    assert found.documents(rows) == [documents[row] for row in rows]
    wanted = encode_documents(ENCODER, [documents[row] for row in rows])
    assert found.vectors(rows) == pytest.approx(wanted, abs=1e-3)
