"""Remembers the moderation of withdrawn signatures, so that signing again does not lift it.

Of those without a moderation, only the day is remembered, and only imports read it: their signers
may sign again, and no list brings back what they signed before.
"""

from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery

from campaigns.dates import site_day
from campaigns.moderation.screening import Reason
from campaigns.petitions.tally import Tally, data_ended
from campaigns.signatures.email_keys import old_key
from campaigns.signatures.signature import Signature


class RememberedModeration(models.Model):
    """The moderation of a signature that was withdrawn; it does not reveal whose it was.

    `signing` applies it to the next signature of the same mailbox. Without a moderation (""),
    `imports.refusing` reads the day. It is deleted when the data of the petition's signers is.
    """

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Signature.email_key: an HMAC of the petition and the mailbox.
    email_key = models.BinaryField(max_length=32)
    old_key = old_key()
    moderation = models.CharField(max_length=12, choices=Signature.Moderation)
    # The reason of screening, or REMEMBERED instead of a moderator's text, which may name somebody.
    reason = models.CharField(max_length=10, choices=Reason)
    withdrawn_on = models.DateField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tally", "email_key"], name="one_remembered_moderation_a_mailbox"
            ),
            models.CheckConstraint(
                condition=Q(moderation__in=("quarantined", "invalidated"), withdrawn_on=None)
                | Q(moderation="", withdrawn_on__isnull=False),
                name="remembered_moderation_is_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def remember(signature: Signature, *, day_alone: bool = False) -> None:
    """Remember the moderation of a signature that is being withdrawn, or the day if it has none.

    With `day_alone` only the day is, and what was remembered of an earlier signature stays if this
    one was moderated, too.

    If it was released, the remembered moderation is replaced. Where two people may share an email
    address, it may be about the other person: there it stays, and a reason of screening does not
    replace it. Nothing is remembered about an imported signature without an email key, since no
    later one could be matched with it.
    """
    if signature.email_key is None:
        return
    mailbox: dict[str, Any] = {"tally_id": signature.tally_id, "email_key": signature.email_key}
    moderation = "" if day_alone else signature.moderation
    reason, of_screening = signature.moderation_reason, True
    if not moderation:
        reason = ""  # a moderator typed why it was released
    elif reason not in Reason.values:
        reason, of_screening = Reason.REMEMBERED, False
    values = {
        "moderation": moderation,
        "reason": reason,
        "withdrawn_on": None if moderation else site_day(),
    }
    row, is_new = RememberedModeration.objects.get_or_create(**mailbox, defaults=values)
    may_be_the_others = signature.tally.petition.shares_email and of_screening
    is_known = day_alone and signature.moderation
    if not is_new and not (row.moderation and (may_be_the_others or is_known)):
        RememberedModeration.objects.filter(pk=row.pk).update(**values)


def outdated() -> models.QuerySet[RememberedModeration]:
    """Return what is remembered about petitions whose signers' data is no longer stored.

    Also return the days on which people withdrew who have signed again since, and confirmed it.
    """
    mailbox = {"tally": OuterRef("tally"), "email_key": OuterRef("email_key")}
    again = Signature.objects.filter(**mailbox, confirmed_at__isnull=False).order_by()
    # As in `rekeying.mailboxes`, the query counts, so that PostgreSQL uses the index of the keys.
    number = again.values("tally").annotate(number=Count("pk")).values("number")
    rows = RememberedModeration.objects.alias(signed_again=Subquery(number))
    is_known = Q(moderation="", tally__petition__shares_email=False, signed_again__gt=0)
    return rows.filter(Q(tally__in=data_ended()) | is_known)


def delete(keys: list[int]) -> int:
    return RememberedModeration.objects.filter(pk__in=keys).delete()[0]
