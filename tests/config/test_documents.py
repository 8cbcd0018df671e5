"""The files that documents link to exist, and the documents agree on the version."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_of_ours(document: Path):
    links = [(document.parent / link).resolve() for link in LINK.findall(document.read_text())]

    assert [str(link) for link in links if not link.exists()] == []


def test_every_picture_is_shown_somewhere():
    text = "".join(document.read_text() for document in DOCUMENTS)

    pictures = [path.name for path in (ROOT / "docs" / "images").glob("*.png")]
    assert [name for name in pictures if name not in text] == []


def test_the_version_is_that_of_the_newest_changes_and_of_the_guide():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## \[(\S+)\] - (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    guide = (ROOT / "docs" / "operators.md").read_text()

    assert newest[1] == project["version"]
    assert re.fullmatch(r"Unreleased|\d{4}-\d\d-\d\d", newest[2])
    assert re.search(r"\bv(\d+\.\d+\.\d+)\b", guide)[1] == project["version"]
