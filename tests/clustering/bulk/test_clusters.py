"""Grouping on a Dask cluster: a scheduler and workers that share no folder, one of them killed."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from consult.clustering import HashingEncoder
from consult.clustering.bulk import BulkClusterer
from consult.clustering.bulk.clusters import NoCluster
from tests.benchmarks.generator import rows as made

ENCODER = HashingEncoder(64)
BEGIN = "from distributed.cli.dask_{0} import main; main()"


@pytest.fixture
def begin(tmp_path):
    """Begins processes of Dask, and ends them."""
    begun = []

    def go(kind, *arguments):
        log = (tmp_path / f"{kind}-{len(begun)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-c", BEGIN.format(kind), *map(str, arguments)],
            stdout=log,
            stderr=log,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        begun.append(process)
        return process

    yield go
    for process in begun:
        process.kill()
        process.wait()


@pytest.fixture
def cluster(begin, tmp_path):
    """The address of a scheduler, and two workers with a folder each."""
    told = tmp_path / "scheduler.json"
    begin(
        "scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", told
    )
    while not told.exists() or not told.read_text():
        time.sleep(0.1)
    address = json.loads(told.read_text())["address"]
    options = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory"]
    return address, [begin("worker", address, *options, tmp_path / name) for name in "ab"]


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A table large enough for several tasks of each stage."""
    monkeypatch.setattr("consult.clustering.bulk.taking.SHARD", 700)
    monkeypatch.setattr("consult.clustering.bulk.run.LOT", 500)
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "body"])
        writer.writerows([row["id"], row["title"], row["body"]] for row in made(3_000))
    return path


def grouped(path, name, **settings):
    out = path.with_name(name)
    bulk = BulkClusterer(ENCODER, workers=1, **settings.pop("of", {}))
    summary = bulk.cluster(path, out, groups=out.with_suffix(".jsonl"), id_column="id", **settings)
    return out.read_bytes(), out.with_suffix(".jsonl").read_bytes(), summary


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["encoding", "comparing"])
def test_a_cluster_that_loses_a_worker_gives_what_one_machine_gives(path, cluster, stage):
    address, workers = cluster
    wanted = grouped(path, "here.csv")
    killed = []

    def kill(reached, _done, _total):
        if reached == stage and not killed:
            killed.append(workers[0].pid)
            os.kill(workers[0].pid, signal.SIGKILL)

    found = grouped(path, "there.csv", of={"scheduler": address}, progress=kill)

    assert killed
    assert workers[1].poll() is None
    assert found[:2] == wanted[:2]
    assert found[2].links == wanted[2].links


def test_a_scheduler_that_is_not_there_is_told(path, monkeypatch):
    monkeypatch.setattr("consult.clustering.bulk.clusters.PATIENCE", 1)

    with pytest.raises(NoCluster, match="dask scheduler"):
        grouped(path, "out.csv", of={"scheduler": "tcp://127.0.0.1:1"})
