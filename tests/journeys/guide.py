"""docs/editors.md, which the editor's journey follows: it presses only what the guide names."""

import re
from pathlib import Path

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "editors.md").read_text()
EMPHASISED = re.compile(r"(\*{1,2})(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
FIRST_CELL = re.compile(r"^\| ([^|]+?) \|", re.MULTILINE)


def names() -> set[str]:
    """The names of controls in the guide: *emphasised*, or first in a row of a table."""
    prose = re.sub(r"`[^`]*`", "", TEXT)
    paragraphs = prose.split("\n\n")
    said = [words for part in paragraphs for _, words in EMPHASISED.findall(part)]
    said += [name for cell in FIRST_CELL.findall(prose) for name in cell.split(", ")]
    return {" ".join(words.split()).rstrip(".:") for words in said}


def named(control: str) -> str:
    """Return the name. Raise AssertionError unless it is in the guide."""
    assert control in NAMES, f"docs/editors.md does not name {control!r}"
    return control


NAMES = names()
