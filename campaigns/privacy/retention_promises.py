"""How long signers were promised that their data is retained: no signature is retained longer.

The days are a part of the version that the signer read. Whoever shortens the days of a petition
shortens them for everybody; nobody can lengthen them for those who have signed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from campaigns.mailings.opted_in import OPTED_IN
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature


def data_ends_at(signature: Signature) -> datetime | None:
    """When the data of this signer is anonymised; None as for `Tally.data_ends_at`."""
    return signature.tally.data_ends_after(signature.promised_days)


def days_for(signature: Signature) -> int:
    """The days after the petition's end for which the data of this signer is retained."""
    return signature.tally.days_for(signature.promised_days)


def mailings_end_at(signature: Signature) -> datetime | None:
    """When the signer cannot be written to any more; None as for `Tally.data_ends_at`.

    It is later than `data_ends_at` where the signer's version promised so, and the signer wants it.
    """
    ends_at = data_ends_at(signature)
    further = signature.mailing_days if signature.updates else 0
    return ends_at and ends_at + timedelta(days=further)


@dataclass(frozen=True)
class Over:
    """Whose retention is over, as conditions on a signature.

    Few petitions have ended and are not over, so both take two queries, and the index on the tally
    finds the signatures.
    """

    signatures: Q
    # Those of them to whom mailings may still go: their signers want them, and their version says
    # that there are further days for that.
    for_mailings: Q


def are_over() -> Over:
    now = timezone.now()
    tallies = Tally.objects.select_related("petition")
    ended = {tally.pk: tally for tally in tallies if has_passed(tally.ended_at, now)}
    over = {pk for pk, tally in ended.items() if has_passed(tally.data_ends_at, now)}
    asked = [pk for pk, tally in ended.items() if pk not in over or tally.petition.mailing_days]
    rows = Version.objects.filter(tally__in=asked)
    # The versions that promised fewer days than the settings do now, and those whose signers can be
    # written to for longer.
    early, longer = {}, []
    promised = ("parts__retention_days", "parts__mailing_days")
    for pk, key, days, further in rows.values_list("pk", "tally", *promised):
        tally = ended[key]
        ends_at = tally.data_ends_after(days)
        if ends_at and ends_at <= now:
            early[pk] = key
            if ends_at + timedelta(days=tally.mailing_days_for(further or 0)) > now:
                longer.append(pk)
    return Over(
        Q(tally__in=over) | Q(tally__in=set(early.values()), version__in=early),
        OPTED_IN & Q(version__in=longer),
    )


def has_passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
