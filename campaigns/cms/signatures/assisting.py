"""The screens on which staff do for one signer what that signer asked for."""

from typing import Any
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
from campaigns.cms.screens import Button, QuestionView, Text
from campaigns.mail.outbox import ALLOWANCE
from campaigns.signatures import confirmations
from campaigns.signatures.declarations import moment
from campaigns.signatures.signature import Signature
from campaigns.signing import assisting
from campaigns.signing.fields import NameField


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=255,
        help_text=_(
            "How you know that it is this person who asks: a letter, a phone call, their email. "
            "Do not write any names."
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


class SignatureQuestion(QuestionView):
    """A screen about one signature; needs the permission to moderate it.

    A subclass defines `verb`, which names the entries in the log and the URL, and `entry`, the
    text of these entries.
    """

    verb: str
    label: Text
    entry: Text
    decline = _("No, leave it as it is")

    def find(self, *, pk: UUID) -> None:
        allowed = signatures_for(self.request.user, "moderate").select_related("tally__petition")
        self.signature = get_object_or_404(allowed, pk=pk)
        self.heading = self.back_label = self.signature.name or str(pk)
        self.back_url = reverse("signatures_modeladmin_inspect", args=[pk])
        self.page_title = self.label

    def nothing_to_do(self) -> Text:
        if self.signature.anonymised_at:
            return _("The data of this signer is no longer stored.")
        return ""

    def buttons(self) -> list[Button]:
        return [Button(self.label)]

    def done(self, text: Text, **data: str) -> HttpResponse:
        record(self.signature, self.verb, by=self.request.user, **data)
        return self.leave(messages.success, text)

    def undone(self) -> HttpResponse:
        return self.leave(messages.warning, self.nothing_to_do() or NOTHING)


NOTHING = _("Nothing was changed.")


class Unconfirmed(SignatureQuestion):
    """A screen about a signature that awaits confirmation."""

    def nothing_to_do(self) -> Text:
        if reason := super().nothing_to_do():
            return reason
        if self.signature.confirmed_at:
            return _("This signature is confirmed already.")
        if self.signature.moderation:
            return _("This signature is quarantined or invalidated. Release it first.")
        if not assisting.confirmable().filter(pk=self.signature.pk).exists():
            return _("The petition has closed, and takes no more confirmations.")
        return ""


class ResendView(Unconfirmed):
    verb = "resend_confirmation"
    header_icon = "mail"
    label = _("Resend the mail to confirm")
    entry = _("Mail to confirm sent again")
    question = _(
        "Send the mail with the link to confirm once more, to the email with which this person "
        "signed?"
    )

    def nothing_to_do(self) -> Text:
        if reason := super().nothing_to_do():
            return reason
        if assisting.is_stopped(self.signature):
            return _("This person asked for no more mail.")
        if not assisting.mails_left(self.signature):
            text = _(
                "No more than %s mails about a petition go to one mailbox, and they have gone. If "
                "the signer told you that they signed, confirm by hand."
            )
            return text % ALLOWANCE
        return ""

    def act(self, form: forms.Form) -> HttpResponse:
        if not assisting.resend(self.signature):
            return self.undone()
        return self.done(_("The mail is on its way."))


class ConfirmByHandView(Unconfirmed):
    verb = "confirm_by_hand"
    header_icon = "check"
    label = _("Confirm by hand")
    entry = _("Confirmed by hand")
    form_class = HandForm
    question = _(
        "Confirm this signature in the place of its signer? It then counts. It is marked as "
        "confirmed by hand, and its signer reads your reason on their own page."
    )

    def act(self, form: forms.Form) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        if not assisting.confirm_by_hand(self.signature, reason=reason, by=self.request.user):
            return self.undone()
        return self.done(_("The signature is confirmed."), reason=reason)


class CorrectNameView(SignatureQuestion):
    verb = "correct_name"
    header_icon = "edit"
    label = _("Correct the name")
    entry = _("Name corrected")
    form_class = NameForm
    question = _(
        "Correct the name only if the signer asked you to. The history records that you did, and "
        "your reason, but neither the old name nor the new one."
    )

    def get_initial(self) -> dict[str, Any]:
        """The initial values of the form, for Django's FormView."""
        return {"name": self.signature.name}

    def act(self, form: forms.Form) -> HttpResponse:
        if not assisting.correct_name(self.signature, name=form.cleaned_data["name"]):
            return self.undone()
        return self.done(_("The name is corrected."), reason=form.cleaned_data["reason"])


class StopMailView(SignatureQuestion):
    verb = "stop_mail"
    header_icon = "cross"
    label = _("Stop all mail")
    entry = _("All mail stopped")
    form_class = ReasonForm
    question = _(
        "Send no more mail of any kind about this petition to this person’s mailbox? That holds "
        "for the mail to confirm, too, should somebody sign with this email again. “Keep me "
        "informed” is unticked. The signature itself stays."
    )

    def nothing_to_do(self) -> Text:
        if assisting.is_stopped(self.signature):
            return _("All mail to this person is stopped already.")
        return super().nothing_to_do()

    def act(self, form: forms.Form) -> HttpResponse:
        assisting.stop_mail(self.signature)
        text = _("No more mail about this petition goes to this person.")
        return self.done(text, reason=form.cleaned_data["reason"])


class AllowMailView(SignatureQuestion):
    verb = "allow_mail"
    header_icon = "mail"
    label = _("Allow mail again")
    entry = _("Mail allowed again")
    form_class = ReasonForm
    question = _(
        "Let mail about this petition go to this person again? “Keep me informed” stays unticked; "
        "only the signer can tick it."
    )

    def nothing_to_do(self) -> Text:
        if not assisting.is_stopped(self.signature):
            return _("Mail to this person is not stopped.")
        return super().nothing_to_do()

    def act(self, form: forms.Form) -> HttpResponse:
        assisting.allow_mail(self.signature)
        return self.done(_("Mail goes to this person again."), reason=form.cleaned_data["reason"])


VIEWS: list[type[SignatureQuestion]] = [
    ResendView,
    ConfirmByHandView,
    CorrectNameView,
    StopMailView,
    AllowMailView,
]


def record(signature: Signature, verb: str, *, by: User, **data: str) -> None:
    """Log the act with the signature and, without what was typed, with its petition."""
    log(signature, f"signature.{verb}", user=by, data=data)
    log(signature.tally.petition, f"petition.{verb}", user=by)


def urls() -> list[URLPattern]:
    """The URLs of these screens, for the hook `register_admin_urls`."""
    return [
        path(f"signatures/{view.verb.replace('_', '-')}/<uuid:pk>/", view.as_view(), name=view.verb)
        for view in VIEWS
    ]


def buttons(user: AnyUser, signature: Signature) -> list[MenuButton]:
    """The buttons for what can be done now, for the menu on the page of a signature."""
    may = signature_policy.user_has_permission_for_instance(user, "moderate", signature)
    if not may or signature.anonymised_at:
        return []
    views: list[type[SignatureQuestion]] = []
    if signature.state == "pending":
        views += [ResendView, ConfirmByHandView]
    views += [CorrectNameView, AllowMailView if assisting.is_stopped(signature) else StopMailView]
    return [
        MenuButton(
            view.label,
            url=reverse(view.verb, args=[signature.pk]),
            icon_name=view.header_icon,
            priority=priority,
        )
        for priority, view in enumerate(views)
    ]


def facts(signature: Signature) -> list[tuple[Text, str]]:
    """(label, text) for what staff did for the signer, on the page of a signature."""
    found: list[tuple[Text, str]] = []
    if by_hand := confirmations.of(signature):
        found.append((_("confirmed by hand"), by_hand.reason))
    if stopped := assisting.stop(signature):
        found.append((_("all mail stopped"), moment(stopped.stopped_at)))
    return found


class AssistedEntry(LogFormatter):
    """Formats an entry of the log: what was done, and the reason where it is still stored."""

    message: Text

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """The text of an entry, which Wagtail's history calls for."""
        reason = log_entry.data.get("reason")
        return f"{self.message}: {reason}" if reason else str(self.message)


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the texts of these entries, for the hook `register_log_actions`."""
    for view in VIEWS:
        kind = type("Entry", (AssistedEntry,), {"label": view.label, "message": view.entry})
        for model in ("signature", "petition"):
            actions.register_action(f"{model}.{view.verb}")(kind)
