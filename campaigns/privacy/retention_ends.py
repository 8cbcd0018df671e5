"""When the data of signers is anonymised: none is retained for longer than they were promised.

The retention days are a part of the version that the signer read. When staff shorten the days of a
petition, they are shorter for all signers; nobody can lengthen them for people who have signed.
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
    """Return when the data of this signer is anonymised; None as for `Tally.data_ends_at`."""
    return signature.tally.data_ends_after(signature.promised_days)


def days_for(signature: Signature) -> int:
    """Return for how many days after the petition's end this signer's data is retained."""
    return signature.tally.days_for(signature.promised_days)


def mailings_end_at(signature: Signature) -> datetime | None:
    """Return until when the signer can receive mailings; None as for `Tally.data_ends_at`.

    This is later than `data_ends_at` if the signer's version promised further days and the signer
    wants mailings.
    """
    ends_at = data_ends_at(signature)
    further = signature.mailing_days if signature.updates else 0
    return ends_at and ends_at + timedelta(days=further)


@dataclass(frozen=True)
class Over:
    """Conditions that select the signatures whose retention is over.

    Few petitions have ended without their retention being over, so building both conditions takes
    two queries, and the index on the tally finds the signatures.
    """

    signatures: Q
    # The signatures among them that may still receive mailings: their signers want mailings, and
    # their version has further days for them.
    for_mailings: Q


def are_over() -> Over:
    now = timezone.now()
    tallies = Tally.objects.select_related("petition")
    ended = {tally.pk: tally for tally in tallies if has_passed(tally.ended_at, now)}
    over = {pk for pk, tally in ended.items() if has_passed(tally.data_ends_at, now)}
    asked = [pk for pk, tally in ended.items() if pk not in over or tally.petition.mailing_days]
    rows = Version.objects.filter(tally__in=asked)
    # The versions that promised fewer days than the current settings, and the versions whose
    # signers may receive mailings for longer.
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
