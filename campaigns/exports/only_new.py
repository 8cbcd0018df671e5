"""Narrows an export to what is new since the last export of the same kind."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.imports.imported import ImportedSignature
from campaigns.moderation.decisions import ModeratedSignature
from campaigns.signatures.signature import Signature

# A change becomes visible when its transaction ends, a little later than its recorded time.
OVERLAP = timedelta(minutes=1)


def new(
    signatures: QuerySet[Signature], moments: Mapping[int, datetime], *, needs_proof: bool = False
) -> QuerySet[Signature]:
    """Return the signatures signed, confirmed, imported or moderated since the last export.

    If the file `needs_proof`, those whose email address was proved since are new as well: staff may
    have confirmed them long before.

    `moments` are the times of the last exports by the primary keys of the petitions; for a petition
    without one, all signatures are new. A signature confirmed in the minute before the export may
    be included twice, but none is ever left out.
    """
    together = defaultdict(list)
    for petition, moment in moments.items():
        together[moment].append(petition)
    fresh = ~Q(tally__petition__in=list(moments))
    for moment, petitions in together.items():
        since = changed(moment - OVERLAP)
        if needs_proof:
            since |= Q(proven_at__gte=moment - OVERLAP)
        fresh |= Q(tally__petition__in=petitions) & since
    return signatures.filter(fresh)


def changed(moment: datetime) -> Q:
    decided = ModeratedSignature.objects.filter(signature=OuterRef("pk")).filter(
        Q(decision__made_at__gte=moment) | Q(decision__undone_at__gte=moment)
    )
    # Imported signatures have the day on the paper as the time of signing and confirmation.
    imported = ImportedSignature.objects.filter(
        signature=OuterRef("pk"), made_in__ended_at__gte=moment
    )
    here = Q(signed_at__gte=moment) | Q(confirmed_at__gte=moment)
    return here | Q(Exists(decided)) | Q(Exists(imported))
