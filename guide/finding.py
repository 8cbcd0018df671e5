"""Finds the sections of the guides that speak of what somebody looks for."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from guide.documents import Guide, Section

MOST = 20
# How much of a text is shown, and how much of it before the first word that was found.
SHOWN, BEFORE = 200, 60


class Found(NamedTuple):
    guide: Guide
    section: Section
    excerpt: str


def find(query: str, guides: Iterable[Guide]) -> list[Found]:
    """Return the sections with all words of the query, first those with them in the heading."""
    words = query.casefold().split()
    if not words:
        return []
    found = [
        Found(guide, section, excerpt(section.text, words))
        for guide in guides
        for section in guide.sections
        if holds(f"{section.title} {section.text}", words)
    ]
    return sorted(found, key=lambda each: not holds(each.section.title, words))[:MOST]


def holds(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)


def excerpt(text: str, words: list[str]) -> str:
    """Return some words around the first one that was looked for."""
    match = re.search("|".join(map(re.escape, words)), text, re.IGNORECASE)
    first = max(0, match.start() - BEFORE) if match else 0
    first = text.rfind(" ", 0, first) + 1
    cut = text[first : first + SHOWN]
    if first + SHOWN < len(text):
        cut = cut.rpartition(" ")[0] + " …"
    return f"… {cut}" if first else cut
