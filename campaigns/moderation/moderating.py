"""What staff decide about signatures: release, set aside or invalidate, one or many, and undo."""

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from campaigns.moderation.decisions import JudgedSignature, Judgement
from campaigns.signatures.signature import Signature

# By the database itself: a flood may be of a million, and a request lasts some minutes at most.
REMEMBER = """
    INSERT INTO campaigns_judgedsignature (judgement_id, signature_id, verdict, verdict_reason)
    SELECT %s, subject.* FROM ({subject}) AS subject
"""


def changeable(signatures: QuerySet, verdict: str) -> QuerySet:
    """Those of the signatures that the verdict would change; emptied ones stay as they are."""
    return signatures.filter(erased_at=None).exclude(verdict=verdict)


def judge(signatures: QuerySet, *, verdict: str, reason: str, by: Model) -> Judgement:
    """Give all these signatures one verdict. The totals follow with the next recount.

    The judgement remembers what each was before.
    """
    with transaction.atomic():
        judgement = Judgement.objects.create(verdict=verdict, reason=reason, made_by=by)
        # Each locked, in an order that all who lock several keep: none waits for the other.
        subject = changeable(signatures, verdict).order_by("pk").select_for_update(of=("self",))
        query = subject.values_list("pk", "verdict", "verdict_reason").query
        sql, parameters = query.get_compiler(connection=connection, elide_empty=False).as_sql()
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER.format(subject=sql), [judgement.pk, *parameters])
        Signature.objects.filter(judged__judgement=judgement).update(
            verdict=verdict, verdict_reason=reason
        )
    return judgement


def undo(judgement: Judgement) -> int:
    """Give back what each signature was before, unless it was judged again since; how many.

    Of those that were, the next judgement gives it back, should it be undone in its turn.
    """
    with transaction.atomic():
        fresh = Judgement.objects.filter(pk=judgement.pk, undone_at=None)
        if not fresh.update(undone_at=timezone.now()):
            return 0
        judged = JudgedSignature.objects.filter(judgement=judgement)
        later = JudgedSignature.objects.filter(
            judgement__pk__gt=judgement.pk, judgement__undone_at=None
        )
        following = later.filter(signature=OuterRef("signature")).order_by("judgement")
        JudgedSignature.objects.filter(
            signature__in=judged.values("signature"), pk=Subquery(following.values("pk")[:1])
        ).update(**before(judged, "signature"))
        return Signature.objects.filter(
            ~Exists(later.filter(signature=OuterRef("pk"))),
            judged__judgement=judgement,
            erased_at=None,
        ).update(**before(judged, "pk"))


def before(judged: QuerySet, key: str) -> dict[str, Subquery]:
    """What a judgement remembers of the signature that a row is, or is about."""
    rows = judged.filter(signature=OuterRef(key))
    return {name: Subquery(rows.values(name)[:1]) for name in ("verdict", "verdict_reason")}
