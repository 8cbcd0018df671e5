"""The screens on which staff do for a signer what that signer asked for."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button as MenuButton
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import ModelLogEntry

from campaigns.cms.permissions import AnyUser, signature_policy, signatures_for
from campaigns.cms.screens import Button, QuestionView
from campaigns.mail.outbox import ALLOWANCE, DAILY_ALLOWANCE
from campaigns.paragraphs import Text, labelled
from campaigns.petitions.panels import SIGNATURE
from campaigns.signatures import confirmations
from campaigns.signatures.column_types import moment
from campaigns.signatures.signature import Signature
from campaigns.signing import assisting
from campaigns.signing.fields import NameField


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=255,
        help_text=_(
            "How you know that it is this person who asks: a letter, a phone call, an email from "
            "them. Do not write any names."
        ),
    )


class HandForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=255,
        help_text=_(
            "What shows that this person signed: “Letter of 3 May”, “Phone call”. The signer reads "
            "it on their own page."
        ),
    )


class NameForm(ReasonForm):
    name = NameField()
    field_order = ["name", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


def gone(signature: Signature) -> Text:
    return _("The data of this signer is no longer stored.") if signature.anonymised_at else ""


def unconfirmable(signature: Signature) -> Text:
    if reason := gone(signature):
        return reason
    if signature.confirmed_at:
        return _("This signature is confirmed already.")
    if signature.moderation:
        return _("This signature is quarantined or invalidated. Release it first.")
    if not assisting.confirmable().filter(pk=signature.pk).exists():
        return _("The petition has closed, and takes no more confirmations.")
    return ""


def unmailable(signature: Signature) -> Text:
    if reason := unconfirmable(signature):
        return reason
    if assisting.is_stopped(signature):
        return _("This person asked for no more emails.")
    if not assisting.mails_left(signature):
        text = _(
            "A mailbox gets at most %(about_one)s emails about one petition, and at most %(a_day)s "
            "emails a day. This mailbox has already had that many. If the signer told you that "
            "they signed, confirm the signature by hand."
        )
        return text % {"about_one": ALLOWANCE, "a_day": DAILY_ALLOWANCE}
    return ""


def stopped(signature: Signature) -> Text:
    if assisting.is_stopped(signature):
        return _("All emails to this person are already stopped.")
    return gone(signature)


def not_stopped(signature: Signature) -> Text:
    return (
        gone(signature)
        if assisting.is_stopped(signature)
        else _("Emails to this person are not stopped.")
    )


class Assistance(NamedTuple):
    """One thing that staff can do for a signer, with the texts of its screen."""

    verb: str  # names the URL and the log entries
    # Takes the signature, the form's input and the user; returns False if nothing was changed.
    act: Callable[[Signature, dict[str, str], User], object]
    label: Text
    icon: str
    question: Text
    done: Text
    entry: Text  # in the histories
    form: type[forms.Form] = ReasonForm
    obstacle: Callable[[Signature], Text] = gone  # why it is impossible now, or ""


RESEND = Assistance(
    "resend_confirmation",
    lambda signature, answers, by: assisting.resend(signature),
    label=_("Resend the confirmation email"),
    icon="mail",
    question=_(
        "Send the confirmation email once more to the email address with which this person signed?"
    ),
    done=_("The email is on its way."),
    entry=_("Confirmation email sent again"),
    form=forms.Form,
    obstacle=unmailable,
)
CONFIRM = Assistance(
    "confirm_by_hand",
    lambda signature, answers, by: assisting.confirm_by_hand(signature, by=by, **answers),
    label=_("Confirm by hand"),
    icon="check",
    question=_(
        "Confirm this signature in the place of its signer? It then counts. It is marked as "
        "confirmed by hand, and its signer reads your reason on their own page. No mailings go to "
        "their email address until they open the link in the confirmation email, or save their own "
        "page."
    ),
    done=_("The signature has been confirmed."),
    entry=_("Confirmed by hand"),
    form=HandForm,
    obstacle=unconfirmable,
)
CORRECT = Assistance(
    "correct_name",
    lambda signature, answers, by: assisting.correct_name(signature, name=answers["name"]),
    label=_("Correct the name"),
    icon="edit",
    question=_(
        "Correct the name only if the signer asked you to. The history records that you did, and "
        "your reason, but neither the old name nor the new one."
    ),
    done=_("The name has been corrected."),
    entry=_("Name corrected"),
    form=NameForm,
)
STOP = Assistance(
    "stop_mail",
    lambda signature, answers, by: assisting.stop_mail(signature),
    label=_("Stop all emails"),
    icon="cross",
    question=_(
        "Send no more emails of any kind about this petition to this person’s mailbox? This "
        "includes the confirmation email, if somebody signs with this email address again. “Keep "
        "me informed” is unticked. The signature itself stays."
    ),
    done=_("No more emails about this petition go to this person."),
    entry=_("All emails stopped"),
    obstacle=stopped,
)
ALLOW = Assistance(
    "allow_mail",
    lambda signature, answers, by: assisting.allow_mail(signature),
    label=_("Allow emails again"),
    icon="mail",
    question=_(
        "Let emails about this petition go to this person again? “Keep me informed” stays "
        "unticked; only the signer can tick it."
    ),
    done=_("This person gets emails again."),
    entry=_("Emails allowed again"),
    obstacle=not_stopped,
)
ALL = (RESEND, CONFIRM, CORRECT, STOP, ALLOW)


class AssistView(QuestionView):
    """A screen about one signature; needs the permission to moderate it."""

    assistance: Assistance = RESEND  # each URL sets its own

    def find(self, *, pk: UUID) -> None:
        allowed = signatures_for(self.request.user, "moderate").select_related("tally__petition")
        self.signature = get_object_or_404(allowed, pk=pk)
        self.heading = self.back_label = self.signature.name or str(pk)
        self.back_url = reverse(SIGNATURE, args=[pk])
        self.page_title, self.question = self.assistance.label, self.assistance.question
        self.header_icon, self.form_class = self.assistance.icon, self.assistance.form

    def nothing_to_do(self) -> Text:
        return self.assistance.obstacle(self.signature)

    def buttons(self) -> list[Button]:
        return [Button(self.assistance.label)]

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.signature.name}

    def act(self, form: forms.Form) -> HttpResponse:
        user, answers = self.request.user, form.cleaned_data
        if self.assistance.act(self.signature, answers, user) is False:
            return self.leave(messages.warning, self.nothing_to_do() or _("Nothing was changed."))
        reason = {name: answers[name] for name in answers if name == "reason"}
        record(self.signature, self.assistance.verb, by=user, **reason)
        return self.leave(messages.success, self.assistance.done)


def record(signature: Signature, verb: str, *, by: User, **data: str) -> None:
    """Log the act with the signature and, without the input, with its petition."""
    log(signature, f"signature.{verb}", user=by, data=data)
    log(signature.tally.petition, f"petition.{verb}", user=by)


def urls() -> list[URLPattern]:
    """Return the URLs of these screens, for the `register_admin_urls` hook."""
    return [
        path(
            f"signatures/{each.verb.replace('_', '-')}/<uuid:pk>/",
            AssistView.as_view(assistance=each),
            name=each.verb,
        )
        for each in ALL
    ]


def buttons(user: AnyUser, signature: Signature) -> list[MenuButton]:
    """Return the menu buttons on a signature's page, for what can be done now."""
    may = signature_policy.user_has_permission_for_instance(user, "moderate", signature)
    if not may or signature.anonymised_at:
        return []
    offered = [RESEND, CONFIRM] if signature.state == "pending" else []
    offered += [CORRECT, ALLOW if assisting.is_stopped(signature) else STOP]
    return [
        MenuButton(
            each.label,
            url=reverse(each.verb, args=[signature.pk]),
            icon_name=each.icon,
            priority=priority,
        )
        for priority, each in enumerate(offered)
    ]


def facts(signature: Signature) -> list[tuple[Text, str]]:
    """Return (label, text) for what staff did for the signer, on the page of a signature."""
    found: list[tuple[Text, str]] = []
    if by_hand := confirmations.of(signature):
        found.append((_("confirmed by hand"), by_hand.reason))
    if stopped := assisting.stopped_mailbox(signature):
        found.append((_("all emails stopped"), moment(stopped.stopped_at)))
    return found


class AssistedEntry(LogFormatter):
    """Format a log entry: what was done, and the reason where it is still stored."""

    message: Text

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        reason = log_entry.data.get("reason")
        return labelled(self.message, reason) if reason else str(self.message)


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the texts of the log entries, for the `register_log_actions` hook."""
    for each in ALL:
        kind = type("Entry", (AssistedEntry,), {"label": each.label, "message": each.entry})
        for model in ("signature", "petition"):
            actions.register_action(f"{model}.{each.verb}")(kind)
    changed = _("The signer has changed the email address, and the new mailbox has confirmed it")
    actions.register_action("signature.change_email", _("Change of the email address"), changed)
