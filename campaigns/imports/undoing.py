"""Undoes an import: deletes the signatures that came with a list."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet
from wagtail.log_actions import log

from campaigns.counting import surveying
from campaigns.imports import importing
from campaigns.imports.imported import Import, State
from campaigns.imports.waiting import Gone
from campaigns.moderation import remembered_decisions
from campaigns.petitions import tally
from campaigns.privacy import dependent_rows
from campaigns.signatures.conditions import MODERATED
from campaigns.signatures.signature import Signature
from operations.backups import erasure_ledger

BATCH = 5_000


class NothingLeft(Exception):
    """No signature of the import can be deleted any more."""


class Held(Exception):
    """The data of the petition is on hold."""


class Undone(NamedTuple):
    """How many signatures were deleted, and how many stay since their signers were here."""

    rows: int
    kept: int


def deletable(subject: Import | OuterRef) -> QuerySet[Signature]:
    """Return the signatures of an import but for those whose signers have been here since.

    Whoever has signed here, too, was told that they had signed already.
    """
    return Signature.objects.filter(
        imported__made_in=subject, times_signed=1, proven_at__isnull=True
    )


def undo(
    subject: Import, *, by: User | None, advance: Callable[[int], None], reason: str = ""
) -> Undone:
    """Delete the signatures of an import, except those that were anonymised.

    Raise Gone if it was not imported, or was undone, NothingLeft, and Held. Must be called in a
    transaction.
    """
    subject = Import.objects.select_for_update().get(pk=subject.pk)
    if subject.state != State.DONE:
        raise Gone
    rows = deletable(subject).order_by("pk").select_for_update(of=("self",))
    done = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        moderated = Signature.objects.filter(MODERATED, pk__in=dependent_rows.among(keys))
        for signature in moderated.select_related("tally__petition"):
            remembered_decisions.remember(signature)
        erasure_ledger.note("signature", keys)
        done += dependent_rows.delete_with_signatures(keys)
        advance(done)
    if not done:
        raise NothingLeft
    importing.end(subject, State.UNDONE, result={**subject.result, "undone": done, "sheets": []})
    surveying.survey_at_once(subject.tally_id)
    if tally.are_held([subject.tally_id]):
        raise Held
    data = {"count": done, "channel": subject.channel, "import": subject.pk, "reason": reason}
    log(subject.tally.petition, "petition.undo_import", user=by, data=data)
    return Undone(done, subject.signatures.count())
