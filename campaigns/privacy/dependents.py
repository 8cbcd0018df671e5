"""The rows that depend on a signature, and are deleted with it."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from wagtail.models import ModelLogEntry

from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.signatures.signature import Signature


def delete(keys: list[UUID]) -> None:
    """Delete the signatures' mails, and what staff typed about them, since it may name a signer.

    Wagtail's log still says who did what. A decision keeps its reason while it is about other
    signatures, too. Must be called in a transaction.
    """
    entries = ModelLogEntry.objects.get_for_model(Signature)
    entries.filter(object_id__in=[str(key) for key in keys]).update(data={})
    moderated = ModeratedSignature.objects.filter(decision=OuterRef("pk"))
    about = Decision.objects.filter(Exists(moderated.filter(signature__in=keys)))
    decisions = list(about.values_list("pk", flat=True))
    for relation in Signature._meta.related_objects:
        dependent = relation.related_model._default_manager
        dependent.filter(**{f"{relation.field.name}__in": keys}).delete()
    if decisions:
        left = Decision.objects.filter(pk__in=decisions).exclude(Exists(moderated))
        left.update(reason="")
