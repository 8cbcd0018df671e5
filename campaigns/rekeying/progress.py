"""The progress of a change of SIGNATURE_KEY, in plain words for the command and for the doctor."""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from campaigns.canonical_emails import normalise
from campaigns.counting.keys import key_at
from campaigns.rekeying import switching
from campaigns.signatures.email_keys import mailbox_keys
from campaigns.signatures.signature import Signature
from operations import keyring
from operations.doctor.findings import Finding

SAMPLE = 200


class Fallback(NamedTuple):
    """An old key: its place in SIGNATURE_KEY_FALLBACKS, and the rows that depend on it."""

    place: int
    fingerprint: str
    hanging: dict[str, int]

    def __str__(self) -> str:
        return f"Key {self.place} of SIGNATURE_KEY_FALLBACKS ({self.fingerprint})"


def fallbacks() -> list[Fallback]:
    numbers = switching.hanging()
    named = enumerate(map(keyring.fingerprint, settings.SIGNATURE_KEY_FALLBACKS), 1)
    return [Fallback(place, each, dict(numbers.get(each, {}))) for place, each in named]


def unnamed() -> dict[str, int]:
    """Return the numbers of rows that depend on keys that the settings do not name."""
    named = set(map(keyring.fingerprint, keyring.known()))
    found: dict[str, int] = {}
    for each, numbers in switching.hanging().items():
        if each not in named:
            found |= {name: found.get(name, 0) + number for name, number in numbers.items()}
    return found


def said(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in numbers.items())


def lines() -> Iterator[str]:
    """Yield what still needs each old key, and until when."""
    if not keyring.is_rotating():
        yield "SIGNATURE_KEY_FALLBACKS names no key: nothing is being replaced."
    if switching.is_due():
        yield "SIGNATURE_KEY does not make digests yet: run lastdrop rekey."
        return
    if left := under_old_keys():
        yield left.what
    until = switching.good_until()
    for each in fallbacks():
        if each.hanging:
            yield f"{each} is needed by {said(each.hanging)}."
        else:
            yield f"{each} is needed by nothing that is stored."
    if until and keyring.is_rotating():
        yield (
            f"Links to unsubscribe and codes in emails of before need it until "
            f"{date_format(until, 'Y-m-d')}."
        )


def look() -> Iterator[Finding]:
    """Yield the doctor's findings about the change of keys."""
    if switching.is_due():
        yield Finding(
            "database",
            "SIGNATURE_KEY is new, and an old key still makes digests.",
            "Whoever has the old key can still find out who signs.",
            "restart all services of the site; then lastdrop rekey",
            is_fault=False,
        )
        return
    if numbers := unnamed():
        yield Finding(
            "database",
            f"Made with a key that the settings do not name: {said(numbers)}.",
            "None of these is found: mailings may go to people who have unsubscribed.",
            "put that key back into SIGNATURE_KEY_FALLBACKS",
        )
    until = switching.good_until()
    for each in fallbacks():
        if not each.hanging and (until is None or until < timezone.now()):
            yield Finding(
                "database",
                f"{each} is needed by nothing any more.",
                "A key that is not there cannot be stolen.",
                "take it out of SIGNATURE_KEY_FALLBACKS; restart all services of the site",
                is_fault=False,
            )
    if left := under_old_keys():
        yield left


def under_old_keys() -> Finding | None:
    """Return a finding from a sample of signatures: the oldest, and those that are moved last."""
    signed = Signature.objects.filter(email_key__isnull=False, email__isnull=False)
    rows = signed.values_list("tally_id", "email", "email_key")
    found, keys = keyring.stored(), keyring.every()
    before = key_at(found.since if found and found.since else timezone.now())
    places = set[int]()
    last = rows.filter(pk__lt=before).order_by("-pk")[:SAMPLE]
    for tally, email, key in [*rows.order_by("pk")[:SAMPLE], *last]:
        fits = mailbox_keys(tally, normalise(email or ""), keys)
        places.add(fits.index(bytes(key or b"")) if key in fits else -1)
    if -1 in places:
        return Finding(
            "database",
            "Signatures have a key that SIGNATURE_KEY and its fallbacks do not make.",
            "Their signers are not found, and can sign twice.",
            "put the key of before into SIGNATURE_KEY_FALLBACKS; then lastdrop rekey",
        )
    if places - {0}:
        return Finding(
            "database",
            "Signatures still have the old key: re-keying was not finished.",
            "The old key cannot be dropped yet.",
            "lastdrop rekey",
            is_fault=False,
        )
    return None
