"""The logged exports of petitions, and which of their files can contain a signature."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from wagtail.models import ModelLogEntry

from campaigns.exports import shapes
from campaigns.petitions.petition import Petition
from campaigns.signatures.signature import Signature

EXPORT = "petition.export"


def of_petitions(petitions: Iterable[int], *actions: str) -> QuerySet[ModelLogEntry]:
    """Return the log entries with these actions for petitions, given by their primary keys."""
    logged = ModelLogEntry.objects.get_for_model(Petition)
    found: QuerySet[ModelLogEntry] = logged.filter(
        object_id__in=[str(key) for key in petitions], action__in=actions
    )
    return found


def can_contain(export: ModelLogEntry, signature: Signature) -> bool:
    """Return whether the file of an export can have contained a signature.

    The log does not say whose signatures were in the file, and the signature, including its
    country, may have changed since. Only the shape “Everything” contains unconfirmed signatures.
    """
    data, made_at = export.data, moment(export)
    is_of_petition = export.object_id == str(signature.tally.petition_id)
    if not (is_of_petition and data.get("rows") and made_at >= signature.arrived_at):
        return False
    confirmed_at = signature.confirmed_at
    was_confirmed = confirmed_at is not None and confirmed_at <= made_at
    return was_confirmed or data.get("shape") not in shapes.OF_CONFIRMED


def moment(export: ModelLogEntry) -> datetime:
    """Return when the file was finished; a job finishes it some time after the request."""
    made_at = export.data.get("made_at")
    return datetime.fromisoformat(made_at) if made_at else export.timestamp
