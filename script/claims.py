"""Lists the claims in guides, on screens and in emails that no test covers, except instructions.

.venv/bin/python -m script.claims
"""

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import polib

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = ROOT / "docs" / "claims.md"
INSTRUCTIONS = ROOT / "tests" / "config" / "instructions.txt"
INSTRUCTIONS_OF_SCREENS = ROOT / "tests" / "config" / "instructions_of_screens.txt"
# Each catalogue contains every sentence of screens and emails in English.
CATALOGUE = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
# The guides for readers who cannot check a claim themselves. Every sentence of these is examined.
GUIDES = ("docs/editors.md", "docs/managers.md", "docs/privacy.md")

ITEM = re.compile(r"^([-*]|\d+\.) ")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|{{.*?}}|{%.*?%}|{\w+}|<[^>]+>")
SHORTEST = 5
SHORTEST_QUOTE = 4
FIRST_WORDS = 7
END_OF_SENTENCE = re.compile(r"(?<=[.!?])[”)]*\s+(?=[A-ZÀ-Ž“*`\[({0-9])")


class Claim(NamedTuple):
    """A row of docs/claims.md: the quoted claims, their file, and the tests that show them."""

    quotes: tuple[str, ...]
    path: str
    tests: tuple[tuple[str, str], ...]


def claims() -> list[Claim]:
    """Return all rows of docs/claims.md."""
    found = []
    for line in CLAIMS.read_text().splitlines():
        if line.startswith("| “"):
            said, where, shown = re.split(r" \| ", line.strip("| "))
            found.append(
                Claim(
                    # Adjacent quotes are separated by a space: “one” “two”.
                    tuple(re.sub(r"” “", "\0", said[1 : said.rindex("”")]).split("\0")),
                    where.strip("` "),
                    tuple(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)),
                )
            )
    return found


def instructions() -> list[tuple[str, str]]:
    """Return the guide and the first words of each sentence that makes no claim."""
    found, path = [], ""
    for line in INSTRUCTIONS.read_text().splitlines():
        if line.startswith("# "):
            path = line.removeprefix("# ")
        elif line and path in GUIDES:
            found.append((path, line))
    return found


def words(text: str) -> str:
    """Return a text with its white space reduced to single spaces."""
    return " ".join(text.split())


def blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs, items and table rows of a guide without headings and pictures.

    Each is on one line.
    """
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
    """Yield the sentences of a guide. A table row counts as one, but the heading row does not."""
    before = ""
    for block in blocks(text):
        if block.startswith("|") and before.startswith("|"):
            yield block
        elif not block.startswith("|"):
            yield from END_OF_SENTENCE.split(block)
        before = block


def unlisted(path: str, text: str | None = None) -> list[str]:
    """Return the sentences of a guide that are neither claims nor instructions."""
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


def spoken(text: str) -> str:
    """Return the words of a text in lower case, without punctuation and placeholders.

    There is a space around each word.
    """
    text = PLACEHOLDER.sub(" ", html.unescape(text))
    return " ".join(["", *re.findall(r"\w+", text.lower()), ""])


def sentences_of_screens() -> Iterator[str]:
    """Yield the sentences of screens and emails of at least SHORTEST words, in catalogue order."""
    for entry in polib.pofile(str(CATALOGUE)):
        if "." in entry.msgid and not entry.obsolete:
            for sentence in END_OF_SENTENCE.split(words(entry.msgid)):
                if len(spoken(sentence).split()) >= SHORTEST:
                    yield sentence


def instructions_of_screens() -> list[str]:
    """Return the first words of each sentence of screens and emails that makes no claim."""
    lines = INSTRUCTIONS_OF_SCREENS.read_text().splitlines()
    return [line for line in lines[lines.index("") :] if line]


def unlisted_of_screens(said: Iterable[str] | None = None) -> list[str]:
    """Return the sentences of screens and emails that are neither claims nor instructions.

    A row of docs/claims.md covers a sentence if it quotes the first words or any part of it.
    """
    quotes = [spoken(quote) for claim in claims() for quote in claim.quotes]
    parts = [quote for quote in quotes if len(quote.split()) >= SHORTEST_QUOTE]
    together = "|".join(quotes)
    starts = tuple(spoken(start) for start in instructions_of_screens())
    missing = []
    for sentence in sentences_of_screens() if said is None else said:
        sounds = spoken(sentence)
        begins = " ".join(["", *sounds.split()[:FIRST_WORDS], ""])
        is_claim = begins in together or any(part in sounds for part in parts)
        if not (is_claim or sounds.startswith(starts)):
            missing.append(sentence)
    return list(dict.fromkeys(missing))


def main() -> None:
    """Print the sentences that are neither claims nor instructions."""
    for path in GUIDES:
        print(f"# {path}")
        print(*unlisted(path), sep="\n")
    print("# Screens and emails")
    print(*unlisted_of_screens(), sep="\n")


if __name__ == "__main__":
    main()
