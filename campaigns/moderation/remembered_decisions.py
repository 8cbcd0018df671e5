"""Remembers the moderation of withdrawn signatures, so that signing again does not lift it.

Nothing is remembered about withdrawn signatures that were counted: their signers may sign again.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from campaigns.moderation.screening import Reason
from campaigns.petitions.tally import Tally, data_ended
from campaigns.signatures.email_keys import old_key
from campaigns.signatures.signature import Signature


class RememberedModeration(models.Model):
    """The moderation of a signature that was withdrawn; it does not reveal whose it was.

    `signing` applies it to the next signature of the same mailbox. It is deleted when the data of
    the petition's signers is.
    """

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Signature.email_key: an HMAC of the petition and the mailbox.
    email_key = models.BinaryField(max_length=32)
    old_key = old_key()
    moderation = models.CharField(max_length=12, choices=Signature.Moderation)
    # The reason of screening, or REMEMBERED instead of a moderator's text, which may name somebody.
    reason = models.CharField(max_length=10, choices=Reason)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tally", "email_key"], name="one_remembered_moderation_a_mailbox"
            ),
            models.CheckConstraint(
                condition=Q(moderation__in=("quarantined", "invalidated")),
                name="remembered_moderation_is_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def remember(signature: Signature) -> None:
    """Remember the moderation of a signature that is being withdrawn.

    If it was released, the remembered moderation is deleted. Where two people may share an email
    address, it may be about the other person: there it stays, and a reason of screening does not
    replace it. Nothing is remembered about an imported signature without an email key, since no
    later one could be matched with it.
    """
    if signature.email_key is None:
        return
    mailbox: dict[str, Any] = {"tally_id": signature.tally_id, "email_key": signature.email_key}
    is_shared = signature.tally.petition.shares_email
    if not signature.moderation:
        if not is_shared:
            RememberedModeration.objects.filter(**mailbox).delete()
        return
    reason = signature.moderation_reason
    of_screening = reason in Reason.values
    defaults = {
        "moderation": signature.moderation,
        "reason": reason if of_screening else Reason.REMEMBERED,
    }
    if is_shared and of_screening:
        RememberedModeration.objects.get_or_create(**mailbox, defaults=defaults)
    else:
        RememberedModeration.objects.update_or_create(**mailbox, defaults=defaults)


def outdated() -> models.QuerySet[RememberedModeration]:
    """Return the moderations of petitions whose signers' data is no longer stored."""
    return RememberedModeration.objects.filter(tally__in=data_ended())


def delete(keys: list[int]) -> int:
    return RememberedModeration.objects.filter(pk__in=keys).delete()[0]
