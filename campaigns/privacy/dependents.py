"""The rows that depend on a signature, and are deleted with it."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from wagtail.models import ModelLogEntry

from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.signatures.signature import Signature


def delete(keys: list[UUID]) -> None:
    """Delete the signatures' mails, and what staff typed about them, since it may name a signer.

    Wagtail's log still says who did what. A decision keeps its reason while it is about other
    signatures, too. Must be called in a transaction.
    """
    if not keys:
        return
    ids = among(keys)
    entries = ModelLogEntry.objects.get_for_model(Signature)
    entries.filter(object_id__in=among(keys, "text")).exclude(data={}).update(data={})
    moderated = ModeratedSignature.objects.filter(decision=OuterRef("pk"))
    about = ModeratedSignature.objects.filter(signature__in=ids).order_by()
    decisions = list(about.values_list("decision", flat=True).distinct())
    for relation in Signature._meta.related_objects:
        dependent = relation.related_model._default_manager
        dependent.filter(**{f"{relation.field.name}__in": ids}).delete()
    if decisions:
        left = Decision.objects.filter(pk__in=decisions).exclude(Exists(moderated))
        left.update(reason="")


def among(keys: list[Any], type_: str = "") -> RawSQL:
    """The keys as one array, for `in`: a thousand parameters would take longer than the work.

    They are UUIDs or integers; `type_` is that of the column, where it is another.
    """
    type_ = type_ or ("uuid" if isinstance(keys[0], UUID) else "bigint")
    array = f"{{{','.join(map(str, keys))}}}"
    return RawSQL(f"SELECT unnest(%s::{type_}[])", [array])
