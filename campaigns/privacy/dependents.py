"""What hangs on a signature and goes with it."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from wagtail.models import ModelLogEntry

from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.signatures.signature import Signature


def delete(keys: list[UUID]) -> None:
    """Forget the signatures' mails and what staff typed about them: it may name who signed.

    Wagtail's log keeps who did what. A decision keeps its words while it is about others too.
    The caller owns the transaction.
    """
    entries = ModelLogEntry.objects.get_for_model(Signature)
    entries.filter(object_id__in=[str(key) for key in keys]).update(data={})
    moderated = ModeratedSignature.objects.filter(decision=OuterRef("pk"))
    about = Decision.objects.filter(Exists(moderated.filter(signature__in=keys)))
    decisions = list(about.values_list("pk", flat=True))
    for relation in Signature._meta.related_objects:
        hanging = relation.related_model._default_manager
        hanging.filter(**{f"{relation.field.name}__in": keys}).delete()
    if decisions:
        left = Decision.objects.filter(pk__in=decisions).exclude(Exists(moderated))
        left.update(reason="")
