"""Uploaded bytes: kept by their digest, once."""

import hashlib

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
