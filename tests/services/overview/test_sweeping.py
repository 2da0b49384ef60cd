"""Files of forms that were never sent go; those that somebody attached stay."""

import os

from consult.services.overview import tidying
from consult.storage import Storage
from models.attachment import Attachment


def test_only_old_files_that_nothing_names_are_removed(session, make, tmp_path, now):
    storage = Storage(tmp_path / "uploads")
    lost, attached, fresh = (storage.put(words) for words in (b"lost", b"attached", b"fresh"))
    for digest in (lost, attached):
        os.utime(storage.path(digest), (0, 0))
    os.utime(storage.path(fresh), (now.timestamp(), now.timestamp()))
    plan = {"filename": "a.txt", "media_type": "text/plain", "size": 8, "sha256": attached}
    session.add(Attachment(topic=make.topic(), created_at=now, **plan))
    session.flush()

    assert tidying.sweep(session, storage=storage, now=now) == 1
    assert [storage.path(d).exists() for d in (lost, attached, fresh)] == [False, True, True]
