"""Each test that docs/threats.md names exists, and each threat names one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    line
    for line in (ROOT / "docs" / "threats.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| what may happen"))
]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_what_is_said_of_a_threat_is_shown_by_tests_that_are_there(row: str):
    named = NAMED.findall(row.split("|")[3])

    gone = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or f"\ndef {name}(" not in (ROOT / path).read_text()
    ]
    assert (len(named) > 0, gone) == (True, [])
