"""A disk that fills up while a table is written: an error that says so, in every format."""

import errno
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
from consult.tables import write_csv, write_json, write_jsonl, write_parquet, write_xlsx
import random
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
words = random.Random(1)
rows = ({"text": "".join(chr(words.randrange(0x4e00, 0x9fff)) for _ in range(200))} for _ in range(3000))
try:
    with open(sys.argv[2], "wb") as stream:
        if sys.argv[1] == "write_parquet":
            write_parquet(rows, ["text"], stream, kinds={})
        else:
            globals()[sys.argv[1]](rows, ["text"], stream)
except OSError as fault:
    sys.exit(fault.errno)
"""


@pytest.mark.parametrize(
    "write", ["write_csv", "write_json", "write_jsonl", "write_parquet", "write_xlsx"]
)
def test_a_file_that_may_not_grow_is_an_error_with_its_reason(write, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, write, str(tmp_path / "out")],
        capture_output=True,
        check=False,
    )

    assert ran.returncode == errno.EFBIG, ran.stderr.decode()[-500:]
