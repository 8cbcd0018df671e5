"""The key of an email address for one petition, which finds duplicates and reveals nothing else."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models

from campaigns.canonical_emails import normalise
from operations import keyring


def email_key(tally: UUID | int, email: str) -> bytes:
    """Return HMAC-SHA-256 over tally and mailbox (32 bytes).

    The tally is included, so that keys of two petitions cannot be compared. While keys rotate,
    stored rows may have another email key: find them with `mailbox_keys`, and store keys with
    `rekeying.mailboxes`.
    """
    return mailbox_key(tally, normalise(email))


def mailbox_key(tally: UUID | int, mailbox: str) -> bytes:
    """Return the email key for a mailbox that `normalise` returned."""
    return keyring.digest(f"{tally}:{mailbox}".encode())


def mailbox_keys(tally: UUID | int, mailbox: str, keys: list[str] | None = None) -> list[bytes]:
    """Return all email keys the mailbox may have, the current one first; `keys` as in `digests`."""
    return keyring.digests(f"{tally}:{mailbox}".encode(), keys)


def of_tallies(tallies: Iterable[int], mailbox: str) -> list[tuple[int, bytes]]:
    """Return (tally, email key) for every email key that the mailbox may have for these tallies."""
    keys = keyring.every()
    return [(tally, key) for tally in tallies for key in mailbox_keys(tally, mailbox, keys)]


def old_key() -> "models.CharField[str, str]":
    """Return a column for rows without their plain value: the fingerprint of their digest's key.

    It is "" for the key that makes digests now.
    """
    return models.CharField(max_length=16, default="", db_default="", blank=True, editable=False)
