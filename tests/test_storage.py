"""Uploaded bytes: kept by their digest, once."""

import hashlib
import os
from datetime import UTC, datetime

import pytest

from consult.storage import Storage


@pytest.fixture
def storage(tmp_path):
    return Storage(tmp_path / "uploads")


def test_bytes_come_back_from_where_their_digest_says(storage):
    digest = storage.put(b"a plan")

    assert digest == hashlib.sha256(b"a plan").hexdigest()
    assert storage.path(digest).read_bytes() == b"a plan"


def test_equal_bytes_lie_there_once_and_no_half_files_stay(storage):
    storage.put(b"a plan")
    storage.put(b"a plan")
    storage.put(b"another")

    assert len([path for path in storage.folder.rglob("*") if path.is_file()]) == 2


def test_what_was_put_again_is_young_again(storage):
    digest = storage.put(b"a plan")
    os.utime(storage.path(digest), (0, 0))
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    assert list(storage.older_than(moment)) == [digest]

    storage.put(b"a plan")
    assert list(storage.older_than(moment)) == []
