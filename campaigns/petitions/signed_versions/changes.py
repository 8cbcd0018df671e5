"""The changes from one version of a petition to the next, and the reasons for them."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from campaigns.petitions.petition import Petition
from campaigns.petitions.signed_versions import parts, versions
from campaigns.petitions.signed_versions.parts import Part, Value, Values
from campaigns.petitions.signed_versions.versions import ChangeReason, Version

# A comparison of two texts: (kind, text), where the kind is "same", "out" or "in".
Differences = list[tuple[str, str]]
# Two paragraphs with a smaller share of common words are shown as a removal and an addition.
ALIKE = 0.5


@dataclass(frozen=True)
class PartChange:
    """One part of a version, before and after a change."""

    part: Part
    before: Value
    after: Value

    @cached_property
    def differences(self) -> Differences:
        return differences(self.part.shown(self.before), self.part.shown(self.after))

    @property
    def is_setting(self) -> bool:
        return self.part.is_setting


@dataclass(frozen=True)
class Change:
    """The step from the version `before` to the parts that replace it."""

    before: Version
    parts: list[PartChange]


def change(before: Version, after: Values) -> Change:
    return Change(
        before,
        [
            PartChange(part, before.parts[part.name], after.get(part.name, ""))
            for part in parts.changed(before.parts, after)
        ],
    )


def ahead(draft: Petition) -> Change | None:
    """Return the change that publishing a draft would make after people have signed, or None."""
    before = draft.replaced
    return change(before, draft.parts) if before else None


def explain(draft: Petition, *, reason: str = "", is_small_mistake: bool = False) -> None:
    """Store the reason for the changes of a draft, until the draft is published."""
    ChangeReason.objects.update_or_create(
        tally=draft.tally,
        locale_id=draft.locale_id,
        digest=versions.digest_of(draft),
        defaults={"reason": reason, "is_small_mistake": is_small_mistake},
    )


def published_changes(petition: Petition) -> list[tuple[Version, Change]]:
    """Return (version, change) for each change published after people had signed, newest first."""
    rows = list(Version.objects.filter(tally=petition.tally, locale=petition.locale_id))
    rows.sort(key=lambda row: row.pk)
    return [
        (after, change(before, after.parts))
        for before, after in reversed(list(pairwise(rows)))
        if after.is_change
    ]


def differences(before: str, after: str) -> Differences:
    """Compare two texts paragraph by paragraph, and word by word where a paragraph was replaced.

    Comparing a whole letter word by word would be slow: the time is quadratic in its length.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: Differences = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[a:b]), "".join(new[c:d])
        found += words(left, right) if kind == "replace" else marked(kind, left, right)
    return found


def words(before: str, after: str) -> Differences:
    """Compare word by word, unless too few words are the same for the result to be readable."""
    if SequenceMatcher(None, before.split(), after.split()).ratio() < ALIKE:
        return marked("replace", before, after)
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    found: Differences = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        found += marked(kind, "".join(old[a:b]), "".join(new[c:d]))
    return found


def marked(kind: str, left: str, right: str) -> Differences:
    if kind == "equal":
        return [("same", left)]
    return [part for part in (("out", left), ("in", right)) if part[1]]
