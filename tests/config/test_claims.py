"""Each sentence that docs/claims.md lists stands where it says, and its tests are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    line
    for line in (ROOT / "docs" / "claims.md").read_text().splitlines()
    if line.startswith("| “")
]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def words(text: str) -> str:
    """A text with single spaces; strings of Python that follow each other are one."""
    return " ".join(re.sub(r'"\s*\n\s*"', "", text).split())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_a_claim_is_made_and_shown(row: str):
    _, claim, where, shown, _ = row.split("|")
    sentence, path = re.search(r"“(.*)”", claim), ROOT / where.strip(" `")
    named = NAMED.findall(shown)

    gone = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists() or f"\ndef {name}(" not in (ROOT / file).read_text()
    ]
    assert (len(named) > 0, gone) == (True, [])
    assert sentence
    assert sentence[1] in words(path.read_text())
