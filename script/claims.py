"""Lists the sentences of the guides that are neither shown by a test nor instructions.

.venv/bin/python -m script.claims
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = ROOT / "docs" / "claims.md"
INSTRUCTIONS = ROOT / "tests" / "config" / "instructions.txt"
# What is read by people who can check nothing themselves: each of its sentences is looked at.
GUIDES = ("docs/editors.md", "docs/managers.md", "docs/privacy.md")

ITEM = re.compile(r"^([-*]|\d+\.) ")
END_OF_SENTENCE = re.compile(r"(?<=[.!?])[”)]*\s+(?=[A-ZÀ-Ž“*`\[({0-9])")


class Claim(NamedTuple):
    """A row of docs/claims.md: what is said, in which file, and the tests that show it."""

    quotes: tuple[str, ...]
    path: str
    tests: tuple[tuple[str, str], ...]


def claims() -> list[Claim]:
    """All rows of docs/claims.md."""
    found = []
    for line in CLAIMS.read_text().splitlines():
        if line.startswith("| “"):
            said, where, shown = re.split(r" \| ", line.strip("| "))
            found.append(
                Claim(
                    # Quotes that follow each other are divided by a space: “one” “two”.
                    tuple(re.sub(r"” “", "\0", said[1 : said.rindex("”")]).split("\0")),
                    where.strip("` "),
                    tuple(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)),
                )
            )
    return found


def instructions() -> list[tuple[str, str]]:
    """The guide and the first words of each sentence that promises nothing."""
    found, path = [], ""
    for line in INSTRUCTIONS.read_text().splitlines():
        if line.startswith("# "):
            path = line.removeprefix("# ")
        elif line and path in GUIDES:
            found.append((path, line))
    return found


def words(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())


def blocks(text: str) -> Iterator[str]:
    """The paragraphs, items and rows of a guide, each on one line; no headings and pictures."""
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        line = line.strip()
        alone = not line or line[0] in "#!|"
        if lines and (alone or ITEM.match(line)):
            yield words(" ".join(lines))
            lines = []
        if line.startswith("|") and set(line) - set("|-: "):
            yield words(line)
        if not alone:
            lines.append(ITEM.sub("", line, count=1))


def sentences(text: str) -> Iterator[str]:
    """The sentences of a guide. A row of a table is one; the row of its headings is none."""
    before = ""
    for block in blocks(text):
        if block.startswith("|") and before.startswith("|"):
            yield block
        elif not block.startswith("|"):
            yield from END_OF_SENTENCE.split(block)
        before = block


def unlisted(path: str, text: str | None = None) -> list[str]:
    """The sentences of a guide that are in neither list."""
    text = (ROOT / path).read_text() if text is None else text
    whole = words(text)
    quotes = [quote for claim in claims() if claim.path == path for quote in claim.quotes]
    shown = [
        (match.start(), match.end())
        for quote in quotes
        for match in re.finditer(re.escape(quote), whole)
    ]
    starts = tuple(start for guide, start in instructions() if guide == path)
    missing, at = [], 0
    for sentence in sentences(text):
        at = whole.index(sentence, at)
        end = at + len(sentence)
        is_claim = any(begin < end and at < stop for begin, stop in shown)
        if not (is_claim or sentence.startswith(starts)):
            missing.append(sentence)
        at = end
    return missing


def main() -> None:
    """Print what is in neither list, for each guide."""
    for path in GUIDES:
        print(f"# {path}")
        print(*unlisted(path), sep="\n")


if __name__ == "__main__":
    main()
