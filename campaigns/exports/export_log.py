"""The exports of petitions as the log has them, and which of their files can hold a signature."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from wagtail.models import ModelLogEntry

from campaigns.exports import shapes
from campaigns.petitions.petition import Petition
from campaigns.signatures.signature import Signature

EXPORT = "petition.export"


def of_petitions(petitions: Iterable[int], *actions: str) -> QuerySet[ModelLogEntry]:
    """The entries about these actions in the logs of petitions, given by their primary keys."""
    logged = ModelLogEntry.objects.get_for_model(Petition)
    found: QuerySet[ModelLogEntry] = logged.filter(
        object_id__in=[str(key) for key in petitions], action__in=actions
    )
    return found


def can_contain(export: ModelLogEntry, signature: Signature) -> bool:
    """Whether the file of an export can have contained a signature.

    The log does not say whose signatures were in the file, and the signature may have changed
    since, its country as well. What is unconfirmed is in the shape “Everything” alone.
    """
    data, made_at = export.data, moment(export)
    is_of_petition = export.object_id == str(signature.tally.petition_id)
    if not (is_of_petition and data.get("rows") and made_at >= signature.arrived_at):
        return False
    confirmed_at = signature.confirmed_at
    was_confirmed = confirmed_at is not None and confirmed_at <= made_at
    return was_confirmed or data.get("shape") not in shapes.OF_CONFIRMED


def moment(export: ModelLogEntry) -> datetime:
    """When the file was finished, which a job does later than it is asked for."""
    made_at = export.data.get("made_at")
    return datetime.fromisoformat(made_at) if made_at else export.timestamp
