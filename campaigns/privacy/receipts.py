"""Receipts of erasures: what was deleted at a person's request, when and by whom, never whose."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.canonical_emails import normalise
from campaigns.petitions.petition import Petition
from campaigns.signatures.email_keys import old_key
from operations import keyring


class ErasureReceipt(models.Model):
    """One erasure. The mailbox is stored as an HMAC: only its email address finds the receipt."""

    # A UUID: a serial number would say how many erasures there were before.
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    mailbox_key = models.BinaryField(max_length=32, editable=False)
    old_key = old_key()
    made_at = models.DateTimeField(_("date of deletion"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # For each petition: `tally`, `slug`, `title`, and the number of `signatures`.
    petitions = models.JSONField(default=list)
    # The tallies of all petitions that the request was about; NULL for all petitions of the site.
    tallies = models.JSONField(null=True, editable=False)
    # If it was about one of the people who share the mailbox: an HMAC of the mailbox and the name.
    # It stays under the key of its day: once nobody has that key, no name fits it.
    name_key = models.BinaryField(max_length=32, null=True, editable=False)
    # The numbers of other deleted rows, by the names that `erasing.count` uses.
    others = models.JSONField(default=dict)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("receipt of an erasure")
        verbose_name_plural = _("receipts of erasures")
        indexes = [models.Index(fields=["mailbox_key"], name="receipts_of_a_mailbox")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def rows(self) -> int:
        """The number of rows that were deleted."""
        numbers = (*(petition["signatures"] for petition in self.petitions), *self.others.values())
        return sum(map(int, numbers))


def keys_of(email: str, keys: list[str] | None = None) -> list[bytes]:
    """Return HMACs over the mailbox (32 bytes), unlike any signature's key; the first is stored.

    `keys` are as for `keyring.digests`.
    """
    return keyring.digests(f"erased:{normalise(email)}".encode(), keys)


def name_keys(email: str, name: str, keys: list[str] | None = None) -> list[bytes]:
    """Return HMACs over the mailbox and the name of a person; the first is stored."""
    plain = " ".join(name.casefold().split())
    return keyring.digests(f"erased person:{normalise(email)} {plain}".encode(), keys)


def write(
    email: str,
    erased: Mapping[Petition, int],
    *,
    name: str = "",
    tallies: list[int] | None = None,
    others: Mapping[str, int],
    by: User | None,
) -> ErasureReceipt:
    """Store the receipt; `erased` has the number of signatures for each original petition.

    `name` and `tallies` say what the request was about; "" and None stand for everybody with this
    mailbox and for all petitions. `others` has the numbers of other rows, by their names.
    """
    return ErasureReceipt.objects.create(
        mailbox_key=keys_of(email)[0],
        name_key=name_keys(email, name)[0] if name else None,
        tallies=tallies,
        made_by=by,
        petitions=[
            {
                "tally": petition.tally.pk,
                "slug": petition.slug,
                "title": petition.title,
                "signatures": number,
            }
            for petition, number in erased.items()
        ],
        others={name: number for name, number in others.items() if number},
    )


def of(email: str) -> models.QuerySet[ErasureReceipt]:
    """Return the receipts of the erasures of a mailbox, the newest first."""
    return ErasureReceipt.objects.filter(mailbox_key__in=keys_of(email)).order_by("-made_at")


def as_data(email: str) -> list[dict[str, Any]]:
    """Return the receipts of a mailbox for the access report."""
    return [
        {
            "deleted_at": each.made_at,
            "number": each.pk,
            "petition": ", ".join(petition["title"] for petition in each.petitions),
        }
        for each in of(email)
    ]
