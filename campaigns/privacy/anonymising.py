"""Anonymise the signatures of petitions whose retention is over."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Case, F, Func, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Now

from campaigns.counting import surveys
from campaigns.mailings.opted_in import OPTED_IN
from campaigns.moderation import screening
from campaigns.petitions import tally
from campaigns.privacy import dependent_rows, retention_ends
from campaigns.signatures import question_answers
from campaigns.signatures.column_types import day_of
from campaigns.signatures.columns import PERSONAL
from campaigns.signatures.signature import Signature
from operations.backups import erasure_ledger

# The kinds under which the ledger of erasures has groups of signatures whose retention is over: for
# the petition, and for mailings, too.
ENDED, ENDED_FOR_MAILINGS = "ended", "ended for mailings"
MILLISECONDS_OF_A_DAY = 24 * 60 * 60 * 1000
# Signatures that mailings may need for longer than the others of their group.
FOR_MAILINGS = OPTED_IN & Q(version__parts__mailing_days__gt=0)


def due() -> QuerySet[Signature]:
    """Return confirmed signatures whose retention is over, also for mailings, however moderated."""
    over = retention_ends.are_over()
    return Signature.objects.filter(
        over.signatures, ~over.for_mailings, anonymised_at__isnull=True, confirmed_at__isnull=False
    )


def due_with_key() -> QuerySet[Signature]:
    """Return those that have an email key: its index has no anonymised signatures before them."""
    return due().filter(email_key__isnull=False)


def due_without_key() -> QuerySet[Signature]:
    """Return those that never had an email key: few, with an index of their own."""
    return due().filter(email_key__isnull=True)


def anonymise_due(keys: list[UUID]) -> int:
    """Anonymise signatures that are due, also in a backup that a restore brings back.

    There, the petition may be open again, its days may be more, and “keep me informed” may be
    ticked. So the ledger of erasures gets each group that has ended. Whoever unticked “keep me
    informed” while mailings still needed the others of the group gets an entry of their own.
    """
    if not (keys := not_held(keys)):
        return 0
    rows = Signature.objects.filter(pk__in=dependent_rows.among(keys))
    opted_in = set(rows.filter(FOR_MAILINGS).values_list("pk", flat=True))
    kept = set(rows.filter(for_mailings_since__isnull=False).values_list("pk", flat=True))
    erasure_ledger.note("anonymised", kept - opted_in)
    erasure_ledger.note(ENDED_FOR_MAILINGS, groups(rows.filter(pk__in=opted_in)))
    erasure_ledger.note(ENDED, groups(rows.exclude(pk__in=kept | opted_in)))
    return anonymise(keys)


def not_held(keys: list[UUID]) -> list[UUID]:
    """Return those of these signatures whose data is not held.

    A hold may have begun since `due` looked. One that begins now waits for this batch.
    """
    rows = Signature.objects.filter(pk__in=dependent_rows.among(keys))
    found = dict(rows.values_list("pk", "tally"))
    held = tally.held(set(found.values()))
    return [key for key in keys if found.get(key) not in held]


def groups(signatures: QuerySet[Signature]) -> dict[str, list[UUID]]:
    """Return the ids of signatures by petition, version and the day (UTC) on which they were made.

    The retention of a version ends for all its signatures at once. The day, which is in the id (a
    UUID of version 7), distinguishes them from those made after the petition was opened again.
    """
    found = defaultdict(list)
    for pk, petition, version in signatures.values_list("pk", "tally", "version").iterator():
        day = (pk.int >> 80) // MILLISECONDS_OF_A_DAY
        found[f"{petition} {version} {day}"].append(pk)
    return found


def anonymise(keys: list[UUID]) -> int:
    """Empty the personal columns. The country and the day of the signature remain.

    The id is replaced, since it contains the time in milliseconds, and appears in emails and in
    exports. A reason that staff typed may contain a name, and is emptied; the reasons of screening
    remain.
    """
    surveys.note_all(Signature.objects.filter(pk__in=dependent_rows.among(keys)))
    dependent_rows.delete(keys)
    question_answers.take_out_personal(keys)
    return Signature.objects.filter(pk__in=dependent_rows.among(keys)).update(
        **dict.fromkeys(PERSONAL),
        updates=False,
        may_answer=False,
        moderation_reason=reasons_of_screening(),
        signed_at=day_of("signed_at"),
        confirmed_at=day_of("confirmed_at"),
        proven_at=None,
        anonymised_at=Now(),
        for_mailings_since=None,
        id=Func(
            day_of("signed_at"),
            # A UUID of version 7 with the time at which the day began; the other bits are random.
            template="""(lpad(to_hex((extract(epoch FROM %(expressions)s) * 1000)::bigint), 12, '0')
                || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid""",
            output_field=UUIDField(),
        ),
    )


def reasons_of_screening() -> Case:
    """Return the moderation reason if it comes from screening; "" for a reason that staff typed."""
    ours = When(moderation_reason__in=screening.Reason.values, then=F("moderation_reason"))
    return Case(ours, default=Value(""))
