"""The page of one receiver: its state, its secret, its log, and what can be sent again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Page, Paginator
from django.db.models import Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, log

from campaigns.cms.screens import Button, PressedButton, QuestionView
from campaigns.cms.sync.editing import NAME, URL, state_of
from campaigns.cms.sync.rights import receivers_for
from campaigns.paragraphs import Text
from campaigns.sync import keys, receiver, upkeep
from campaigns.sync.delivery import Delivery, Outcome
from campaigns.sync.receiver import Kind
from operations import encryption

PER_PAGE = 50
REPEATED = (Outcome.FAILED, Outcome.SENT)
LOGGED = {
    "secret": _("Secret of a receiver shown"),
    "rotate": _("Secret of a receiver changed"),
    "on": _("Receiver switched on"),
    "off": _("Receiver switched off"),
    "test": _("Test event sent to a receiver"),
    "all": _("All signatures sent to a receiver anew"),
    "failed": _("Failed events sent again"),
    "one": _("Event sent again"),
}


class DoForm(forms.Form):
    """The pressed button and, for “one”, the event that it is about."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in LOGGED if name != "rotate"], widget=PressedButton
    )
    delivery = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReceiverView(QuestionView):
    """The page of a receiver, with a button for each possible action."""

    form_class = DoForm
    template_name = "campaigns/cms/receiver.html"
    header_icon = "link-external"
    # Set only in the response to the user who asked for the secret.
    secret = ""

    def find(self, *, pk: int) -> None:
        self.receiver = get_object_or_404(receivers_for(self.request.user), pk=pk)
        self.page_title = self.receiver.name
        self.back_url, self.back_label = reverse(f"{NAME}:index"), _("Receivers")

    def buttons(self) -> list[Button]:
        plain, red = "button-secondary", "serious"
        if not self.receiver.is_on:
            return [Button(_("Switch on"), "do", "on")]
        if self.receiver.is_feed:
            return [Button(_("Switch off"), "do", "off", red)]
        found = [
            Button(_("Send a test event"), "do", "test"),
            Button(_("Send all signatures"), "do", "all", plain),
        ]
        if self.failed:
            found.append(Button(_("Send all failed events again"), "do", "failed", plain))
        return [*found, Button(_("Switch off"), "do", "off", red)]

    def act(self, form: forms.Form) -> HttpResponse:
        do = form.cleaned_data["do"]
        if do == "secret":
            return self.show_secret(form)
        acts: dict[str, Callable[[], Text]] = {
            "on": lambda: self.switch(on=True),
            "off": lambda: self.switch(on=False),
            "test": self.test,
            "all": lambda: self.number(upkeep.send_all(self.receiver)),
            "failed": lambda: self.number(upkeep.repeat(self.failed)),
            "one": lambda: self.repeat_one(form.cleaned_data["delivery"]),
        }
        text = acts[do]()
        self.record(do)
        return self.leave(messages.success, text, to=self.request.path)

    def record(self, do: str) -> None:
        log(self.receiver, f"receiver.{do}", user=self.request.user)

    def show_secret(self, form: forms.Form) -> HttpResponse:
        try:
            self.secret = keys.read(self.receiver.secret)
        except encryption.Damaged:
            text = _("The secret cannot be read any more. Give the receiver a new one.")
            return self.leave(messages.error, text, to=self.request.path)
        self.record("secret")
        return self.render_to_response(self.get_context_data(form=form))

    def switch(self, *, on: bool) -> Text:
        receiver.switch(self.receiver, on=on)
        if on:
            return _("The receiver has been switched on. Events that were waiting are sent first.")
        return _(
            "The receiver has been switched off. While it is off, only removals are noted for it."
        )

    def test(self) -> Text:
        upkeep.send_test(self.receiver)
        return _("A test event is on its way. Its answer appears in the log.")

    def repeat_one(self, key: int | None) -> Text:
        found = upkeep.repeatable(self.receiver, *REPEATED).filter(pk=key or 0)
        return self.number(upkeep.repeat(found))

    def number(self, number: int) -> Text:
        if not number:
            return _("There was nothing to send.")
        text = ngettext("%s event is to be sent.", "%s events are to be sent.", number)
        return text % intcomma(number)

    @property
    def failed(self) -> Any:
        return upkeep.repeatable(self.receiver, Outcome.FAILED)

    @cached_property
    def deliveries(self) -> Page[Delivery]:
        """A page of the log, the newest first."""
        found = Delivery.objects.filter(receiver=self.receiver).order_by("-pk")
        found = found.select_related("tally__petition")
        return Paginator(found, PER_PAGE).get_page(self.request.GET.get("p"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self.receiver
        tallies = shown.tallies.select_related("petition")
        keys_shown = [delivery.pk for delivery in self.deliveries]
        waiting = Delivery.objects.filter(receiver=shown, outcome=Outcome.WAITING)
        due_at = waiting.aggregate(Min("due_at"))["due_at__min"]
        again = upkeep.repeatable(shown, *REPEATED).filter(pk__in=keys_shown)
        return {
            **super().get_context_data(**kwargs),
            "receiver": shown,
            "state": state_of(shown),
            "feed_url": settings.BASE_URL + reverse("osdi", args=[shown.pk]),
            "petitions": [tally.petition.title for tally in tallies],
            "fields": [sent.called or sent.field for sent in shown.fields_sent.all()],
            "waiting": waiting.count(),
            "next_attempt": max(shown.due_at, due_at) if due_at else None,
            "deliveries": self.deliveries,
            "repeatable": set(again.values_list("pk", flat=True)),
            "secret": self.secret,
            "kept": upkeep.KEPT.days,
            "new_secret_url": reverse("new_secret", args=[shown.pk]),
            "edit_url": reverse(f"{NAME}:edit", args=[shown.pk]),
        }


class NewSecretView(QuestionView):
    """Ask before the secret of a feed or a web hook is replaced: programs elsewhere use it."""

    page_title = _("Create a new secret")
    header_icon = "link-external"
    heading = _("Create a new secret?")

    def find(self, *, pk: int) -> None:
        found = receivers_for(self.request.user).filter(kind__in=(Kind.WEB_HOOK, Kind.FEED))
        self.receiver = get_object_or_404(found, pk=pk)
        self.back_url = reverse(URL, args=[pk])
        self.back_label = self.page_subtitle = self.receiver.name
        if self.receiver.is_feed:
            self.question = _(
                "The current secret stops opening the feed at once: whoever reads it gets nothing "
                "until the new one is entered there."
            )
        elif keys.is_readable(self.receiver.secret):
            self.question = _(
                "For a day, events are also signed with the current secret. Enter the new "
                "secret where the events arrive before the day is over: afterwards they would be "
                "refused there."
            )
        else:
            self.question = _(
                "The current secret cannot be read any more, so it is of no use. Enter the new one "
                "at once where the events arrive: until then they are refused there."
            )

    def buttons(self) -> list[Button]:
        return [Button(self.page_title, style="serious")]

    def act(self, form: forms.Form) -> HttpResponse:
        keys.rotate(self.receiver)
        log(self.receiver, "receiver.rotate", user=self.request.user)
        if self.receiver.is_feed:
            text = _("The feed has a new secret. The previous one no longer opens it.")
        elif self.receiver.old_secret:
            text = _(
                "The receiver has a new secret. For a day, events are also signed with the "
                "previous secret."
            )
        else:
            text = _("The receiver has a new secret, and the previous one is of no use.")
        return self.leave(messages.success, text)


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [
        path("receivers/<int:pk>/", ReceiverView.as_view(), name=URL),
        path("receivers/<int:pk>/secret/", NewSecretView.as_view(), name="new_secret"),
    ]


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the log actions, for the `register_log_actions` hook."""
    for verb, label in LOGGED.items():
        actions.register_action(f"receiver.{verb}", label, label)
