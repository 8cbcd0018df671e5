"""How long signers were promised that their data is retained: no signature is retained longer.

The days are a part of the version that the signer read. Whoever shortens the days of a petition
shortens them for everybody; nobody can lengthen them for those who have signed.
"""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from campaigns.petitions.tally import Tally
from campaigns.petitions.versions import Version
from campaigns.signatures.signature import Signature


def data_ends_at(signature: Signature) -> datetime | None:
    """When the data of this signer is anonymised; None as for `Tally.data_ends_at`."""
    return signature.tally.data_ends_after(promised_days(signature))


def days_for(signature: Signature) -> int:
    """The days after the petition's end for which the data of this signer is retained."""
    return signature.tally.days_for(promised_days(signature))


def promised_days(signature: Signature) -> int | None:
    """The days that the signer read; None for a signature from paper, or a very old version."""
    days: int | None = signature.version and signature.version.parts.get("retention_days")
    return days


def are_over() -> Q:
    """The condition on a signature that its retention is over.

    Few petitions have ended and are not over, so this takes two queries and no join: the index on
    the tally finds the signatures.
    """
    now = timezone.now()
    tallies = Tally.objects.select_related("petition")
    ended = {tally.pk: tally for tally in tallies if has_passed(tally.ended_at, now)}
    over = {pk for pk, tally in ended.items() if has_passed(tally.data_ends_at, now)}
    versions = Version.objects.filter(tally__in=ended.keys() - over)
    rows = versions.values_list("pk", "tally", "parts__retention_days")
    # The versions that promised fewer days than the settings do now.
    early = {
        pk: tally for pk, tally, days in rows if has_passed(ended[tally].data_ends_after(days), now)
    }
    return Q(tally__in=over) | Q(tally__in=set(early.values()), version__in=early)


def has_passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
