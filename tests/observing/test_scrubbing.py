"""What logs leave out, whoever writes the line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consult.observing.scrubbing import scrub, without_personal_data

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("call 13912345678 back", "call … back"),
        ("letter to lin@example.org failed", "letter to … failed"),
        ("GET /topics?words=my+name HTTP/1.1", "GET /topics?… HTTP/1.1"),
        ("/receipts/ABCD-2345-WXYZ was asked for", "/receipts/… was asked for"),
        ("[SQL: SELECT 1]\n[parameters: ('王小明', 3)]", "[SQL: …]\n[parameters: …]"),
        ("job placement failed on part 7", "job placement failed on part 7"),
        ("took 1.25 s for 300 rows", "took 1.25 s for 300 rows"),
    ],
)
def test_what_may_tell_of_a_person_is_left_out(said, kept):
    assert without_personal_data(said) == kept


def test_fields_are_left_out_by_name_at_any_depth():
    event = {"event": "x", "author": "王小明", "form": {"title": "路灯"}, "sent": [{"phone": "1"}]}

    assert scrub(None, "info", event) == {
        "event": "x",
        "author": "…",
        "form": "…",
        "sent": [{"phone": "…"}],
    }


def test_what_we_write_ourselves_is_not_taken_for_a_telephone():
    event = {"request_id": "139123456789", "route": "/receipts/<code>", "timestamp": "2026-11-23"}

    assert scrub(None, "info", dict(event)) == event


PROGRAM = """
import logging
from consult.observing import logs
logs.configure(form="json")
logs.about(job="letters", part=3)
try:
    int("no number: 13912345678")
except ValueError:
    logging.getLogger("a.library").exception("failed for %s", "lin@example.org")
"""


def test_an_error_is_one_line_with_its_trace_and_without_values():
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )

    [line] = [json.loads(line) for line in ran.stderr.splitlines()]
    assert (line["event"], line["level"], line["job"]) == ("failed for …", "error", "letters")
    assert "ValueError: invalid literal" in line["exception"]
    assert "13912345678" not in ran.stderr
