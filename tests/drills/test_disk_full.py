"""Nothing more can be written: what cannot be kept is not acknowledged, and reading goes on."""

import resource
import subprocess
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from consult.services.records import ledger
from models.suggestion import Suggestion
from tests.drills.conftest import Site, send
from tests.drills.postgres import PostgreSQL


@contextmanager
def no_file_larger_than(size):
    """What a full disk is to a process that wants to append; SQLite's database grows in files."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill(citizen, slug, receipts, numbers):
    """Send until it is refused; the refusal."""
    for number in numbers:
        answer = send(citizen, slug, number)
        if answer.status_code != 302:
            return answer
        receipts.append(answer.location.rpartition("/")[2])
    raise AssertionError("everything was taken")


def check(site, receipts):
    with site.rows() as (session, _make):
        kept = set(session.scalars(select(Suggestion.query_code)))
        assert set(receipts) <= kept
        assert len(kept) == len(receipts) + 1  # the one that the test began with
        assert ledger.first_broken(session) is None


def test_sqlite(tmp_path):
    site = Site(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite3'}")
    slug, [citizen] = site.citizens(1)
    receipts = []
    log = tmp_path / "test.sqlite3-wal"
    send_first = send(citizen, slug, 0)
    receipts.append(send_first.location.rpartition("/")[2])
    with no_file_larger_than(log.stat().st_size + 100_000):
        refused = fill(citizen, slug, receipts, range(1, 500))
        reads = citizen.get(f"/topics/{slug}")

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert reads.status_code == 200
    assert len(receipts) > 1
    check(site, receipts)
    receipts.append(send(citizen, slug, 1000).location.rpartition("/")[2])
    check(site, receipts)
    site.close()


@pytest.fixture
def small_disk(open_folder):
    """A disk of its own for the database; only root can make one."""
    disk = open_folder / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=120m,mode=755", "tmpfs", disk],
        check=False,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        pytest.skip(f"a small disk needs root: {made.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.slow
def test_postgresql(small_disk, tmp_path):
    server = PostgreSQL(small_disk / "data", min_wal_size="32MB", max_wal_size="32MB").start()
    site = Site(tmp_path, server.create("jisi"))
    slug, [citizen] = site.citizens(1)
    receipts = []
    filler = small_disk / "filler"
    block = b"x" * 4096
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(block):
                pass
        except OSError:
            pass
    refused = fill(citizen, slug, receipts, range(1, 2000))

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    filler.unlink()
    deadline = time.monotonic() + 30
    while send(citizen, slug, 5000).status_code != 302:
        assert time.monotonic() < deadline, "it did not come back"
        server.start()
        time.sleep(0.5)
    receipts.append("")
    with site.rows() as (session, _make):
        kept = set(session.scalars(select(Suggestion.query_code)))
        assert set(receipts) - {""} <= kept
        assert len(kept) == len(receipts) + 1
        assert ledger.first_broken(session) is None
    site.close()
    server.stop()
