"""The key of an email for one petition, which finds duplicates and reveals nothing else."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models

from campaigns.canonical_emails import normalise
from operations import keyring


def email_key(tally: UUID | int, email: str) -> bytes:
    """HMAC-SHA-256 over tally and mailbox (32 bytes).

    The tally is part of it, so that keys of two petitions cannot be compared. While keys rotate,
    what is stored may have another one: look with `mailbox_keys`, and store with
    `rekeying.mailboxes`.
    """
    return mailbox_key(tally, normalise(email))


def mailbox_key(tally: UUID | int, mailbox: str) -> bytes:
    """The email key for a mailbox that has already gone through `normalise`."""
    return keyring.digest(f"{tally}:{mailbox}".encode())


def mailbox_keys(tally: UUID | int, mailbox: str, keys: list[str] | None = None) -> list[bytes]:
    """All email keys that the mailbox may have, the one of now first; `keys` as for `digests`."""
    return keyring.digests(f"{tally}:{mailbox}".encode(), keys)


def of_tallies(tallies: Iterable[int], mailbox: str) -> list[tuple[int, bytes]]:
    """Each tally with each email key that the mailbox may have for it."""
    keys = keyring.every()
    return [(tally, key) for tally in tallies for key in mailbox_keys(tally, mailbox, keys)]


def old_key() -> "models.CharField[str, str]":
    """A column for rows whose plain value is gone: the fingerprint of the key of their digest.

    It is "" for the key that makes digests now.
    """
    return models.CharField(max_length=16, default="", db_default="", blank=True, editable=False)
