"""The page of one mailing: its content, its recipients, its progress, and the next actions."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import View
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, log

from campaigns.cms.mailings.rights import mailings_for
from campaigns.cms.mailings.writing import NAME, URL
from campaigns.cms.permissions import StaffRequest
from campaigns.cms.screens import Button, PressedButton, QuestionView
from campaigns.mail import inline
from campaigns.mail.inline import Mail
from campaigns.mailings import audience, checking, composing, mailing_actions, notices
from campaigns.mailings.mailing import Mailing, Outcome, State
from campaigns.paragraphs import Text, with_commas

# The outcomes with which one recipient's email can end, and the numbers that are shown even if they
# are 0.
ENDS = (Outcome.SENT, Outcome.REFUSED, Outcome.UNCLEAR, Outcome.STOPPED)
ALWAYS = (
    *(Outcome.SENT, Outcome.REFUSED),
    *(Outcome.BOUNCED, Outcome.COMPLAINED, Outcome.UNSUBSCRIBED),
)
# They withdrew or unsubscribed, say, or their signature was quarantined, deleted or anonymised.
LEFT_OUT = _("left out, because they may get no mailings any more, or have a new email address")
MEANWHILE = _("The mailing has changed in the meantime. Please look at it again.")
# What each button does, and the message afterwards.
DONE: dict[str, tuple[Callable[[Mailing, str, User], bool], Text]] = {
    "submit": (
        lambda mailing, seen, user: mailing_actions.submit(mailing, seen=seen, by=user),
        _("The mailing has been submitted."),
    ),
    "take_back": (
        lambda mailing, _seen, user: mailing_actions.take_back(mailing, by=user),
        _("The mailing has been returned to draft."),
    ),
    "pause": (
        lambda mailing, _seen, _user: mailing_actions.pause(mailing),
        _("The mailing has been paused."),
    ),
    "resume": (
        lambda mailing, _seen, _user: mailing_actions.resume(mailing),
        _("The mailing has been resumed."),
    ),
}
LOGGED = {
    "test": _("Test email of a mailing to signers sent to their own email address"),
    "submit": _("Mailing to signers submitted"),
    "take_back": _("Mailing to signers returned to draft"),
    "approve": _("Mailing to signers approved"),
    "pause": _("Mailing to signers paused"),
    "refused": _("Mailing to signers paused, since the mail server refused it"),
    "unanswered": _("Mailing to signers paused, since the mail server did not answer"),
    "resume": _("Mailing to signers resumed"),
    "stop": _("Mailing to signers stopped"),
}


class DoForm(forms.Form):
    """The pressed button, and which state was shown: the time of submission, or a draft's stamp."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in (*DONE, "approve", "test")], widget=PressedButton
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class Shown:
    """A mixin for views of a mailing that the user may see."""

    request: StaffRequest

    def sample(self, mailing: Mailing) -> Mail:
        user = self.request.user
        name = user.get_full_name() or user.get_username()
        return composing.sample(mailing, name=name, email=user.email)


class MailingView(Shown, QuestionView):
    """The page of a mailing, with a button for each action that is possible next."""

    form_class = DoForm
    template_name = "campaigns/cms/mailing.html"
    header_icon = "mail"
    decline = _("Back to the list")

    def find(self, *, pk: int) -> None:
        found = mailings_for(self.request.user).prefetch_related("tallies__petition", "writers")
        self.mailing = get_object_or_404(found, pk=pk)
        self.page_title = self.mailing.subject
        self.back_url, self.back_label = reverse(f"{NAME}:index"), _("Mailings")

    def get_initial(self) -> dict[str, Any]:
        """Return the initial values of the form, for Django's view."""
        submitted_at = self.mailing.submitted_at
        return {"seen": submitted_at.isoformat() if submitted_at else self.mailing.stamp}

    @cached_property
    def is_writer(self) -> bool:
        return self.request.user in self.mailing.writers.all()

    @cached_property
    def reach(self) -> audience.Reach | None:
        """How many people the mailing would reach now; None once they are listed."""
        is_listed = self.mailing.addressed is not None
        return None if is_listed else audience.reach(self.mailing)

    def buttons(self) -> list[Button]:
        take_back = Button(_("Return to draft"), "do", "take_back", "button-secondary")
        match self.mailing.state:
            case State.DRAFT:
                return [Button(_("Submit for approval"), "do", "submit")]
            case State.WAITING if self.is_writer:
                return [take_back]
            case State.WAITING:
                return [Button(self.approval, "do", "approve"), take_back]
            case State.APPROVED:
                return [take_back]
            case State.SENDING:
                return [Button(_("Pause"), "do", "pause")]
            case State.PAUSED:
                return [Button(_("Resume"), "do", "resume")]
        return []

    @property
    def approval(self) -> Text:
        number, is_exact = self.reach or audience.Reach(0, is_exact=True)
        if not is_exact:
            return _("Approve: send it to at most %s people") % intcomma(number)
        text = ngettext("Approve: send it to %s person", "Approve: send it to %s people", number)
        return text % intcomma(number)

    def act(self, form: forms.Form) -> HttpResponse:
        here, do, seen = self.request.path, form.cleaned_data["do"], form.cleaned_data["seen"]
        if do == "test":
            return self.test()
        if do == "approve":
            return self.approve(seen)
        if do == "submit" and (faults := checking.faults(self.mailing)):
            return self.leave(messages.error, faults[0], to=here)
        verb, text = DONE[do]
        if not verb(self.mailing, seen, self.request.user):
            return self.leave(messages.warning, MEANWHILE, to=here)
        self.record(do)
        return self.leave(messages.success, text, to=here)

    def approve(self, seen: str) -> HttpResponse:
        here = self.request.path
        try:
            moment = datetime.fromisoformat(seen)
        except ValueError:
            return self.leave(messages.warning, MEANWHILE, to=here)
        try:
            is_done = mailing_actions.approve(self.mailing, seen=moment, by=self.request.user)
        except mailing_actions.IsWriter:
            text = _("You have written this mailing, so somebody else must approve it.")
            return self.leave(messages.error, text, to=here)
        if not is_done:
            return self.leave(messages.warning, MEANWHILE, to=here)
        self.record("approve")
        text = _("The mailing has been approved, and is sent at its time.")
        return self.leave(messages.success, text, to=here)

    def record(self, verb: str) -> None:
        """Add an entry to the history of each petition."""
        for tally in self.mailing.tallies.all():
            log(tally.petition, f"petition.mailing_{verb}", user=self.request.user)

    def test(self) -> HttpResponse:
        note = partial(self.record, "test")
        if problem := self.send_test(self.sample(self.mailing), note=note):
            return problem
        text = _("Sent to %s. The links at the end of this email do not work.")
        to = self.request.path
        return self.leave(messages.success, text % self.request.user.email, to=to)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mailing = self.mailing
        must_wait = mailing.state == State.WAITING and self.is_writer
        return {
            **super().get_context_data(**kwargs),
            "mailing": mailing,
            "petitions": [tally.petition.title for tally in mailing.tallies.all()],
            "countries": with_commas(country.name for country in mailing.countries),
            "writers": with_commas(user.get_username() for user in mailing.writers.all()),
            "reach": self.reach,
            "hints": self.hints(),
            "is_late": mailing.state == State.WAITING and checking.is_late(mailing),
            "was_moved": mailing.state == State.WAITING and checking.was_moved(mailing),
            "must_wait": must_wait,
            "is_stuck": must_wait and not notices.approvers(mailing).exists(),
            "numbers": self.numbers(),
            "unwritten": mailing.recipients.filter(is_unwritten=True).count(),
            "mail": self.sample(mailing),
            "frame_url": reverse("mailing_frame", args=[mailing.pk]),
            "edit_url": reverse(f"{NAME}:edit", args=[mailing.pk]) if mailing.is_draft else "",
            "is_paused": mailing.state == State.PAUSED,
        }

    def hints(self) -> list[Text]:
        """Return what must be changed before it is submitted, and which links lead nowhere."""
        match self.mailing.state:
            case State.DRAFT:
                found = checking.faults(self.mailing)
            case State.WAITING | State.APPROVED:
                found = [*checking.deleted_links(self.mailing)]
            case State.SENDING | State.PAUSED:  # The link cannot be changed any more.
                found = []
            case _:
                return []
        return [*found, *checking.unpublished_links(self.mailing)]

    def numbers(self) -> list[tuple[Text, int]]:
        """Return the numbers of emails by outcome, and of those left; none before sending began."""
        addressed = self.mailing.addressed
        if addressed is None:
            return []
        numbers, waiting = self.mailing.numbers, self.mailing.recipients.count()
        ended = sum(numbers[outcome] for outcome in ENDS)
        dropped = max(0, addressed - ended - waiting)
        always: list[tuple[Text, int]] = [
            (_("people addressed"), addressed),
            (_("still to be sent"), waiting),
            *((outcome.label, numbers[outcome]) for outcome in ALWAYS),
        ]
        rare: list[tuple[Text, int]] = [
            *((outcome.label, numbers[outcome]) for outcome in Outcome if outcome not in ALWAYS),
            (LEFT_OUT, dropped),
        ]
        return [*always, *(each for each in rare if each[1])]


class MailingFrameView(Shown, View):
    """The email as HTML, in a frame of its page; with `?dark=` as on a dark screen."""

    @method_decorator(xframe_options_sameorigin)
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        mailing = get_object_or_404(mailings_for(cast(User, request.user)), pk=pk)
        html, _type = self.sample(mailing).alternatives[0]
        return HttpResponse(inline.as_shown(str(html), is_dark="dark" in request.GET))


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [
        path("mailings/<int:pk>/", MailingView.as_view(), name=URL),
        path("mailings/<int:pk>/mail/", MailingFrameView.as_view(), name="mailing_frame"),
    ]


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the log actions, for the `register_log_actions` hook."""
    for verb, label in LOGGED.items():
        actions.register_action(f"petition.mailing_{verb}", label, label)
