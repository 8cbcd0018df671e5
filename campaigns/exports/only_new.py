"""What is new in an export since the last one of the same kind."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.imports.imported import ImportedSignature
from campaigns.moderation.decisions import ModeratedSignature
from campaigns.signatures.signature import Signature

# Whatever happens is seen when its transaction ends, which is a little later than its moment.
OVERLAP = timedelta(minutes=1)


def new(signatures: QuerySet[Signature], moments: Mapping[int, datetime]) -> QuerySet[Signature]:
    """Those signed, confirmed, imported or decided about since the moment of their petition.

    `moments` are the last exports, by the primary keys of the petitions; of a petition that has
    none, all are new. Somebody who confirmed in the minute before may be new twice, and nobody
    never.
    """
    together = defaultdict(list)
    for petition, moment in moments.items():
        together[moment].append(petition)
    fresh = ~Q(tally__petition__in=list(moments))
    for moment, petitions in together.items():
        fresh |= Q(tally__petition__in=petitions) & changed(moment - OVERLAP)
    return signatures.filter(fresh)


def changed(moment: datetime) -> Q:
    decided = ModeratedSignature.objects.filter(signature=OuterRef("pk")).filter(
        Q(decision__made_at__gte=moment) | Q(decision__undone_at__gte=moment)
    )
    # What was imported was signed and confirmed on the day on the paper.
    imported = ImportedSignature.objects.filter(
        signature=OuterRef("pk"), made_in__ended_at__gte=moment
    )
    here = Q(signed_at__gte=moment) | Q(confirmed_at__gte=moment)
    return here | Q(Exists(decided)) | Q(Exists(imported))
