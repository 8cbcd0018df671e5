"""Moderating signatures: release, quarantine or invalidate them, and undo a decision."""

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from campaigns.mail.outbox import OutgoingMail
from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.signatures.signature import Signature

# The database copies the rows itself: a flood can consist of a million signatures, and a request
# lasts some minutes at most.
REMEMBER = """
    INSERT INTO campaigns_moderatedsignature
        (decision_id, signature_id, moderation, moderation_reason)
    SELECT %s, subject.* FROM ({subject}) AS subject
"""


def changeable(signatures: QuerySet[Signature], moderation: str) -> QuerySet[Signature]:
    """The signatures that a decision would change; anonymised ones are left out."""
    return signatures.filter(anonymised_at=None).exclude(moderation=moderation)


def moderate(
    signatures: QuerySet[Signature], *, moderation: str, reason: str, by: User
) -> Decision:
    """Give all these signatures the same moderation. The totals follow with the next recount.

    The decision records the earlier moderation of each signature.
    """
    with transaction.atomic():
        decision = Decision.objects.create(moderation=moderation, reason=reason, made_by=by)
        # Whoever locks several signatures does so in this order, so there is no deadlock.
        subject = changeable(signatures, moderation).order_by("pk").select_for_update(of=("self",))
        query = subject.values_list("pk", "moderation", "moderation_reason").query
        sql, parameters = query.get_compiler(connection=connection, elide_empty=False).as_sql()
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER.format(subject=sql), [decision.pk, *parameters])
        Signature.objects.filter(moderated__decision=decision).update(
            moderation=moderation, moderation_reason=reason
        )
        send_waiting_mails(decision)
    return decision


def send_waiting_mails(decision: Decision) -> None:
    """Make the mails due whose signatures have been released: those waiting, and those due later.

    Mails that the mail server did not accept keep their time.
    """
    outcome, now = OutgoingMail.Outcome, timezone.now()
    waiting = Q(outcome=outcome.WAITING) | Q(outcome=outcome.OWED, due_at__gt=now, attempts=0)
    released = Signature.objects.filter(moderated__decision=decision, moderation="")
    OutgoingMail.objects.filter(waiting, signature__in=released).update(
        outcome=outcome.OWED, due_at=now, ended_at=None
    )


def undo(decision: Decision) -> int:
    """Restore the earlier moderation of each signature; return how many were changed.

    A signature that was moderated again since stays as it is. The later decision inherits the
    earlier moderation, and restores it if it is undone in its turn.
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
        restored = Signature.objects.filter(
            ~Exists(later.filter(signature=OuterRef("pk"))),
            moderated__decision=decision,
            anonymised_at=None,
        ).update(**before(moderated, "pk"))
        send_waiting_mails(decision)
        return restored


def before(moderated: QuerySet[ModeratedSignature], key: str) -> dict[str, Subquery]:
    """The columns that a decision has recorded for a signature, found by the column `key`."""
    rows = moderated.filter(signature=OuterRef(key))
    return {name: Subquery(rows.values(name)[:1]) for name in ("moderation", "moderation_reason")}
