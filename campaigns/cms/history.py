"""Log entries about decisions in the histories of petitions, and the links to undo them."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.history import ActionColumn
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from campaigns.cms.bulk import recording
from campaigns.cms.permissions import AnyUser, tallies_for
from campaigns.mail import resending
from campaigns.moderation import comments, moderating
from campaigns.moderation.decisions import Decision
from campaigns.paragraphs import Text
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.privacy import retention
from campaigns.signatures.columns_in_words import CommentState
from campaigns.signatures.signature import Signature

# The names of decisions in Wagtail's log and in the histories.
MODERATED: dict[str, Text] = {
    Signature.Moderation.NONE: _("released"),
    Signature.Moderation.QUARANTINED: _("quarantined"),
    Signature.Moderation.INVALIDATED: _("invalidated"),
}


def record(user: User, action: str, decision: Decision, counts: dict[int, int]) -> None:
    """Add an entry to the history of each petition: user, decision and number of signatures.

    `counts` are the numbers of signatures for each tally, by its primary key. The reason is not
    logged, since Wagtail's log is stored without end, and the reason may name somebody.
    """
    recording.log_each(
        action, counts, by=user, moderation=decision.moderation, decision=decision.pk
    )


class DecisionEntry(LogFormatter):
    """Write the message about a decision in the history of a petition."""

    label = _("Release, quarantine or invalidate")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        return decided_of(log_entry.data["count"], log_entry.data["moderation"])


def decided_of(count: int, moderation: str) -> str:
    """Return a decision over several signatures in words."""
    match moderation:
        case Signature.Moderation.NONE:
            text = ngettext("%s signature released", "%s signatures released", count)
        case Signature.Moderation.QUARANTINED:
            text = ngettext("%s signature quarantined", "%s signatures quarantined", count)
        case _:
            text = ngettext("%s signature invalidated", "%s signatures invalidated", count)
    return text % intcomma(count)


def decided(decision: Decision) -> str:
    """Return the decision about one signature in words."""
    return capfirst(str(MODERATED[decision.moderation]))


class UndoneEntry(LogFormatter):
    label = _("Undo a decision")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        count = log_entry.data["count"]
        text = ngettext(
            "Decision undone: %s signature is in its earlier state again",
            "Decision undone: %s signatures are in their earlier states again",
            count,
        )
        return text % intcomma(count)


def decided_comments_of(count: int, state: str) -> str:
    """Return a decision over comments in words."""
    if state == CommentState.SHOWN:
        text = ngettext("%s comment is shown", "%s comments are shown", count)
    else:
        text = ngettext("%s comment is not shown", "%s comments are not shown", count)
    return text % intcomma(count)


class CommentsEntry(LogFormatter):
    """Write the message about a decision on comments in the history of a petition."""

    label = _("Decide on comments")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        return decided_comments_of(log_entry.data["count"], log_entry.data["state"])


class UndoneCommentsEntry(CommentsEntry):
    label = _("Undo a decision on comments")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        return gettext("Decision undone: %s") % super().format_message(log_entry)


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the texts of the log entries, for the `register_log_actions` hook."""
    actions.register_action("petition.moderate")(DecisionEntry)
    actions.register_action("petition.undo_decision")(UndoneEntry)
    actions.register_action("petition.decide_comments")(CommentsEntry)
    actions.register_action("petition.undo_comments")(UndoneCommentsEntry)
    actions.register_action(
        "petition.delete_signature", _("Delete a signature"), _("1 signature deleted")
    )


def entries_of(petition: Petition) -> QuerySet[ModelLogEntry]:
    """Return the log of a petition; for a translation, also what was done to all its languages.

    Actions that hold in all languages are logged with the original. Wagtail shows a single entry
    for everything that one request did, to however many objects. Where our own actions did
    something to several petitions, the history of each petition shows its own entry.
    """
    own = Q(object_id=str(petition.pk))
    ours = Q(action__startswith="petition.")
    in_all_languages = Q(object_id=str(petition.original.pk)) & ours
    entries = ModelLogEntry.objects.get_for_model(Petition).filter(own | in_all_languages)
    return entries.latest_by_uuid_and_action() | entries.filter(ours)


def with_decisions(entries: QuerySet[ModelLogEntry], user: AnyUser) -> QuerySet[ModelLogEntry]:
    """Annotate the entries with what is shown of their decisions.

    `reason` is the decision's reason, which may name a signer; only users who may view the
    signatures of all its petitions get it. `is_undoable` says whether anyone can undo the decision,
    and `may_undo` whether this user can. `may_undo_comments` says whether this user can undo a
    decision on comments, and `may_take_back` whether they can cancel emails that were sent again.
    """
    this = {"pk": OuterRef("decision")}
    every, own = Tally.objects.all(), tallies_for(user, "moderate")
    visible = moderating.about(tallies_for(user, "view"))
    return entries.annotate(
        decision=Cast(KT("data__decision"), BigIntegerField()),
        reason=Subquery(visible.filter(**this).values("reason")),
        is_undoable=first(moderating.undoable(every).filter(**this)),
        may_undo=first(moderating.undoable(own).filter(**this)),
        resending=Cast(KT("data__resending"), BigIntegerField()),
        may_take_back=first(resending.about(own).filter(pk=OuterRef("resending"), undone_at=None)),
        comment_decision=Cast(KT("data__comment_decision"), BigIntegerField()),
        may_undo_comments=first(comments.undoable(own).filter(pk=OuterRef("comment_decision"))),
    )


def first(found: QuerySet[Any]) -> Subquery:
    """Return the key of the row that is found, if any.

    With EXISTS, PostgreSQL would find those of all entries at once: it would read every decision,
    and each comment that it is about.
    """
    return Subquery(found.values("pk")[:1])


class DecidedColumn(ActionColumn):
    """Wagtail's column of actions, with a decision's reason and the link to undo it."""

    def get_value(self, instance: Any) -> Any:
        """Return the text of a row, for Wagtail's table."""
        message = super().get_value(instance)
        if instance.action == "petition.decide_comments" and instance.may_undo_comments:
            return with_link(message, "undo_comments", instance.comment_decision)
        if instance.action == "petition.resend_signatures" and instance.may_take_back:
            label = gettext("Cancel unsent emails")
            return with_link(message, "undo_resending", instance.resending, label=label)
        if instance.action != "petition.moderate":
            return message
        return with_undo(
            message,
            instance.decision,
            reason=instance.reason,
            tally=self.object.tally,
            is_undoable=instance.is_undoable,
            may_undo=instance.may_undo,
        )


def with_undo(
    message: str,
    decision: int,
    *,
    reason: str,
    tally: Tally,
    is_undoable: bool,
    may_undo: bool,
) -> str:
    """Return the message with the decision's reason, and who can undo it until when, as HTML."""
    lines = [message]
    if reason:
        lines.append(gettext("Reason: %s") % reason)
    if is_undoable:
        lines.append(undo_text(tally))
    # Wagtail lays out the parts of its cell side by side, so all lines are put into one part.
    text = format_html("{}" + "<br>{}" * (len(lines) - 1), *lines)
    if not may_undo:
        return format_html("<span>{}</span>", text)
    return with_link(text, "undo_decision", decision)


def with_link(text: str, view: str, key: int, *, label: str = "") -> str:
    """Return the text with a link, by default to undoing a decision, as HTML."""
    url = reverse(view, args=[key])
    label = label or gettext("Undo this decision")
    return format_html('<span>{} <a href="{}">{}</a></span>', text, url, label)


def undo_text(tally: Tally) -> str:
    """Return until when a decision can be undone, and by whom."""
    if day := retention.local_day(tally.data_ends_at):
        text = gettext(
            "Whoever may moderate these signatures can undo it until their data is anonymised, on "
            "%s."
        )
        return text % date_format(day, "DATE_FORMAT")
    return gettext(
        "Whoever may moderate these signatures can undo it for as long as their data is stored."
    )
