"""What staff decide about signatures: release, set aside or invalidate, one or many, and undo."""

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.signatures.signature import Signature

# By the database itself: a flood may be of a million, and a request lasts some minutes at most.
REMEMBER = """
    INSERT INTO campaigns_moderatedsignature
        (decision_id, signature_id, moderation, moderation_reason)
    SELECT %s, subject.* FROM ({subject}) AS subject
"""


def changeable(signatures: QuerySet[Signature], moderation: str) -> QuerySet[Signature]:
    """Those of the signatures that the decision would change; anonymised ones stay as they are."""
    return signatures.filter(anonymised_at=None).exclude(moderation=moderation)


def moderate(
    signatures: QuerySet[Signature], *, moderation: str, reason: str, by: User
) -> Decision:
    """Give all these signatures one moderation. The totals follow with the next recount.

    The decision remembers what each was before.
    """
    with transaction.atomic():
        decision = Decision.objects.create(moderation=moderation, reason=reason, made_by=by)
        # Each locked, in an order that all who lock several keep: none waits for the other.
        subject = changeable(signatures, moderation).order_by("pk").select_for_update(of=("self",))
        query = subject.values_list("pk", "moderation", "moderation_reason").query
        sql, parameters = query.get_compiler(connection=connection, elide_empty=False).as_sql()
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER.format(subject=sql), [decision.pk, *parameters])
        Signature.objects.filter(moderated__decision=decision).update(
            moderation=moderation, moderation_reason=reason
        )
    return decision


def undo(decision: Decision) -> int:
    """Give back what each signature was before, unless it was moderated again since; how many.

    Of those that were, the next decision gives it back, should it be undone in its turn.
    """
    with transaction.atomic():
        fresh = Decision.objects.filter(pk=decision.pk, undone_at=None)
        if not fresh.update(undone_at=timezone.now()):
            return 0
        moderated = ModeratedSignature.objects.filter(decision=decision)
        later = ModeratedSignature.objects.filter(
            decision__pk__gt=decision.pk, decision__undone_at=None
        )
        following = later.filter(signature=OuterRef("signature")).order_by("decision")
        ModeratedSignature.objects.filter(
            signature__in=moderated.values("signature"), pk=Subquery(following.values("pk")[:1])
        ).update(**before(moderated, "signature"))
        return Signature.objects.filter(
            ~Exists(later.filter(signature=OuterRef("pk"))),
            moderated__decision=decision,
            anonymised_at=None,
        ).update(**before(moderated, "pk"))


def before(moderated: QuerySet[ModeratedSignature], key: str) -> dict[str, Subquery]:
    """What a decision remembers of the signature that a row is, or is about."""
    rows = moderated.filter(signature=OuterRef(key))
    return {name: Subquery(rows.values(name)[:1]) for name in ("moderation", "moderation_reason")}
