"""The history of a signature: what staff did to it alone, and together with others."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext
from wagtail.log_actions import registry

from campaigns.cms import history
from campaigns.cms.permissions import AnyUser, tallies_for
from campaigns.exports import export_log
from campaigns.mail.resending import Resending
from campaigns.moderation import comments, moderating
from campaigns.moderation.comments import CommentDecision
from campaigns.moderation.decisions import Decision
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature

# Actions on a petition that concern the data of each of its signers.
OF_ALL = (export_log.EXPORT, "petition.hold", "petition.end_hold", "petition.move")
PROFILES = "wagtail_userprofile"


class Entry(NamedTuple):
    """One row of the history, for modeladmin's table."""

    message: str
    user: User | None
    timestamp: datetime
    # Set where only the day is known.
    day: date | None = None


def entries(signature: Signature, user: AnyUser) -> list[Entry]:
    """Return everything that staff did to a signature, the newest first.

    Actions on thousands of signatures at once do not have a log entry for each: decisions are read
    from their own tables, and exports from the log of the petition.
    """
    found = [
        *own_entries(signature),
        *decisions(signature, user),
        *decisions_on_comment(signature, user),
        *resent(signature),
        *entries_of_petition(signature),
    ]
    return sorted(found, key=lambda entry: entry.timestamp, reverse=True)


def own_entries(signature: Signature) -> Iterator[Entry]:
    own = registry.get_logs_for_instance(signature)
    for entry in own.select_related(f"user__{PROFILES}"):
        yield Entry(entry.message, entry.user, entry.timestamp)


def decisions(signature: Signature, user: AnyUser) -> Iterator[Entry]:
    """Yield the decisions about a signature, with links to undo them, and their undoing."""
    made = Decision.objects.filter(moderated__signature=signature)
    people = (f"made_by__{PROFILES}", f"undone_by__{PROFILES}")
    possible = set(moderating.undoable(Tally.objects.all()).filter(pk__in=made).values_list("pk"))
    own = tallies_for(user, "moderate")
    allowed = set(moderating.undoable(own).filter(pk__in=made).values_list("pk"))
    for decision in made.select_related(*people):
        message = history.with_undo(
            history.decided(decision),
            decision.pk,
            reason=decision.reason,
            tally=signature.tally,
            is_undoable=(decision.pk,) in possible,
            may_undo=(decision.pk,) in allowed,
        )
        yield Entry(message, decision.made_by, decision.made_at)
        if decision.undone_at:
            undone = gettext("Decision undone: %s") % history.decided(decision)
            yield Entry(undone, decision.undone_by, decision.undone_at)


def decisions_on_comment(signature: Signature, user: AnyUser) -> Iterator[Entry]:
    """Yield the decisions on the comment, with links to undo them, and their undoing."""
    people = (f"made_by__{PROFILES}", f"undone_by__{PROFILES}")
    made = CommentDecision.objects.filter(decided__signature=signature).select_related(*people)
    allowed = set(comments.undoable(tallies_for(user, "moderate")).filter(pk__in=made))
    for decision in made:
        message = history.decided_comments_of(1, decision.state)
        shown = history.with_link(message, "undo_comments", decision.pk)
        yield Entry(shown if decision in allowed else message, decision.made_by, decision.made_at)
        if decision.undone_at:
            undone = gettext("Decision undone: %s") % message
            yield Entry(undone, decision.undone_by, decision.undone_at)


def resent(signature: Signature) -> Iterator[Entry]:
    """Yield the resendings of the confirmation email to this signer together with others.

    Once an email has left the outbox, nothing tells whether it was sent or cancelled.
    """
    made = Resending.objects.filter(batches__signatures__contains=[signature.pk])
    for each in made.select_related(f"made_by__{PROFILES}", f"undone_by__{PROFILES}"):
        yield Entry(gettext("Confirmation email sent again"), each.made_by, each.made_at)
        if each.undone_at:
            undone = gettext("Emails that had not been sent yet were cancelled")
            yield Entry(undone, each.undone_by, each.undone_at)


def entries_of_petition(signature: Signature) -> Iterator[Entry]:
    """Yield actions on the data of all signers of the petition since this signature arrived.

    The history names each export that can have contained the signature.
    """
    found = export_log.of_petitions([signature.tally.petition_id], *OF_ALL)
    is_later = Q(timestamp__gte=signature.arrived_at)
    since = found.filter(is_later | Q(action=export_log.EXPORT))
    for entry in since.select_related(f"user__{PROFILES}"):
        message = entry.message
        if entry.action == export_log.EXPORT:
            if not export_log.can_contain(entry, signature):
                continue
            text = (
                gettext(
                    "%s. The file contains this signature if it matched the filters at that time."
                )
                if entry.data.get("finished")
                else gettext(
                    "%s. This signature may be among them if it matched the filters at that time."
                )
            )
            message = text % message
        yield Entry(message, entry.user, entry.timestamp)
