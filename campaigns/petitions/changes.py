"""The changes from one version of a petition to the next, and the reasons for them."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from campaigns.petitions import versions
from campaigns.petitions.petition import Petition
from campaigns.petitions.versions import ChangeReason, Version

# A comparison of two texts: (kind, text), where the kind is "same", "out" or "in".
Parts = list[tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """The step from the version `before` to the letter and the consent that replace it."""

    before: Version
    letter: Parts
    consent: Parts

    @property
    def letter_changes(self) -> bool:
        return any(kind != "same" for kind, _ in self.letter)

    @property
    def consent_changes(self) -> bool:
        return any(kind != "same" for kind, _ in self.consent)


def change(before: Version, *, letter: str, consent: str) -> Change:
    return Change(
        before=before,
        letter=differences(before.letter, letter),
        consent=differences(before.consent, consent),
    )


def ahead(draft: Petition) -> Change | None:
    """The change that publishing a draft would make after people have signed; None if none."""
    before = draft.replaced
    if before is None:
        return None
    return change(before, letter=draft.letter, consent=draft.consent)


def explain(draft: Petition, *, reason: str) -> None:
    """Store the reason for the changes of a draft, until the draft is published."""
    ChangeReason.objects.update_or_create(
        tally=draft.tally,
        locale_id=draft.locale_id,
        digest=versions.digest_of(draft),
        defaults={"reason": reason},
    )


def published_changes(petition: Petition) -> list[tuple[Version, Change]]:
    """(new version, change) for each published change after people had signed, the newest first."""
    rows = list(Version.objects.filter(tally=petition.tally, locale=petition.locale_id))
    rows.sort(key=lambda row: row.pk)
    return [
        (after, change(before, letter=after.letter, consent=after.consent))
        for before, after in reversed(list(pairwise(rows)))
        if after.reason
    ]


def differences(before: str, after: str) -> Parts:
    """Compare two texts paragraph by paragraph, and word by word where a paragraph was replaced.

    Comparing a whole letter word by word would be slow: the time grows with the square of its
    length.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    parts: Parts = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[a:b]), "".join(new[c:d])
        parts += words(left, right) if kind == "replace" else marked(kind, left, right)
    return parts


def words(before: str, after: str) -> Parts:
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    parts: Parts = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        parts += marked(kind, "".join(old[a:b]), "".join(new[c:d]))
    return parts


def marked(kind: str, left: str, right: str) -> Parts:
    if kind == "equal":
        return [("same", left)]
    return [part for part in (("out", left), ("in", right)) if part[1]]
