"""Pause, resume, close, declare won, move: what acts at once. GET asks, POST acts."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from campaigns.cms.petitions.form import HoldForm, MoveForm
from campaigns.cms.petitions.views import home_url
from campaigns.cms.signatures.exports import ExportEntry
from campaigns.petitions import publishing
from campaigns.petitions.panels import LABELS, needs, possible
from campaigns.petitions.petition import Petition

# What each verb asks, and what it says when it is done.
QUESTIONS = {
    "pause": _("Take no signatures until you resume? The page stays and says that it is paused."),
    "resume": _("Take signatures again?"),
    "close": _(
        "Close now? Nobody can sign from this moment on; the page stays, with the final count. "
        "Drafts that were made before cannot open it again. To open it, set a later closing time "
        "and publish."
    ),
    "win": _("Declare victory? Nobody can sign any more, and the page says that it is won."),
    "unwin": _("Take the victory back? The petition is then what its times say it is."),
    "deliver": _(
        "Say that the signatures were handed over today? The page shows it among what has "
        "happened. It stays open if it is open."
    ),
    "undeliver": _("Take it back? The page no longer says that the signatures were handed over."),
    "hold": _(
        "Keep the data of this petition's signers beyond its days? Names and emails are not "
        "anonymised until you end the hold. Signers read on their own page that no day is set. "
        "Unconfirmed signatures are deleted after a week all the same."
    ),
    "unhold": _(
        "End the hold? The clock goes on as if it had never stood still: what is overdue is "
        "anonymised within the hour, and nothing brings it back."
    ),
    "move": _(
        "Move the petition, in all its languages, to another collection? The people of that "
        "collection will see its signatures, and those of this one will not."
    ),
}
DONE = {
    "pause": _("“%s” is paused."),
    "resume": _("“%s” takes signatures again."),
    "close": _("“%s” is closed."),
    "win": _("“%s” is won."),
    "unwin": _("“%s” is no longer won."),
    "deliver": _("The signatures of “%s” are handed over."),
    "undeliver": _("The signatures of “%s” are not handed over."),
    "hold": _("The data of the signers of “%s” is kept until you end the hold."),
    "unhold": _("The hold on “%s” has ended."),
    "move": _("“%s” was moved."),
}
NOTHING_TO_DO = _("There is nothing to do: “%(title)s” is %(state)s.")


class PetitionControlView(WagtailAdminTemplateMixin, View):
    """OwnCollection has seen to it that the person has the right that the verb needs."""

    model = Petition
    template_name = "campaigns/cms/petition_control.html"
    header_icon = "form"

    @property
    def permission_required(self) -> str:
        return needs(self.kwargs["verb"])

    def dispatch(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        self.petition, self.verb = Petition.objects.get(pk=pk), verb
        if verb not in LABELS:
            raise Http404
        if verb not in possible(self.petition):
            return self.nothing_to_do()
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.ask()

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form and not form.is_valid():
            return self.ask(form, status=422)
        details = form.cleaned_data if form else {}
        verb = getattr(publishing, self.verb)
        try:
            verb(self.petition, **details, by=request.user)
        except publishing.NotNow:  # changed between the question and the answer
            return self.nothing_to_do()
        messages.success(request, DONE[self.verb] % self.petition.title)
        return self.leave()

    def nothing_to_do(self) -> HttpResponse:
        petition = Petition.objects.get(pk=self.petition.pk)
        facts = {"title": petition.title, "state": petition.state.label}
        messages.warning(self.request, NOTHING_TO_DO % facts)
        return self.leave()

    def form(self, data: Any = None) -> Form | None:
        if self.verb == "move":
            return MoveForm(data, petition=self.petition, user=self.request.user)
        return HoldForm(data) if self.verb == "hold" else None

    def ask(self, form: Form | None = None, status: int = 200) -> HttpResponse:
        context = {
            "petition": self.petition,
            "question": QUESTIONS[self.verb],
            "label": LABELS[self.verb],
            "form": form or self.form(),
            "serious": self.verb in ("close", "win", "unhold"),
            "back_url": home_url(self.petition, self.request.user),
        }
        return self.render_to_response(self.get_context_data(**context), status=status)

    def leave(self) -> HttpResponse:
        petition = Petition.objects.get(pk=self.petition.pk)
        index = petition.snippet_viewset.get_url_name("list")
        seen = petition.snippet_viewset.get_queryset(self.request).filter(pk=petition.pk).exists()
        return redirect(home_url(petition, self.request.user) if seen else index)

    def get_page_title(self) -> str:
        return LABELS[self.verb]

    def get_page_subtitle(self) -> str:
        return self.petition.title

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        back = {"url": home_url(self.petition, self.request.user), "label": self.petition.title}
        return [*self.breadcrumbs_items, back, {"url": "", "label": LABELS[self.verb]}]


class MoveEntry(LogFormatter):
    label = LABELS["move"]

    def format_message(self, log_entry: ModelLogEntry) -> str:
        return gettext("Moved from “%(from)s” to “%(to)s”") % log_entry.data


class HoldEntry(LogFormatter):
    label = LABELS["hold"]

    def format_message(self, log_entry: ModelLogEntry) -> str:
        return gettext("Signers' data is kept: %(reason)s") % log_entry.data


class DecisionEntry(LogFormatter):
    label = _("Release or invalidate")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        text = ngettext(
            "Moderated %(count)s signature: %(moderation)s",
            "Moderated %(count)s signatures: %(moderation)s",
            log_entry.data["count"],
        )
        return text % log_entry.data


def register_log_actions(actions: LogActionRegistry) -> None:
    """How each verb reads in the history."""
    actions.register_action("petition.pause", LABELS["pause"], _("Paused"))
    actions.register_action("petition.resume", LABELS["resume"], _("Resumed"))
    actions.register_action("petition.close", LABELS["close"], _("Closed at once"))
    actions.register_action("petition.win", LABELS["win"], _("Declared won"))
    actions.register_action("petition.unwin", LABELS["unwin"], _("Victory taken back"))
    actions.register_action("petition.deliver", LABELS["deliver"], _("Signatures handed over"))
    actions.register_action("petition.undeliver", LABELS["undeliver"], _("Not handed over"))
    actions.register_action("petition.test_mail", _("Send a test"), _("Test mail sent to oneself"))
    words_missing = _("Not published at its time: words are missing, or why they are changed")
    actions.register_action("petition.unscheduled", _("Take off the schedule"), words_missing)
    incomplete = _("Not published at its time: something is missing, or its address is taken")
    actions.register_action("page.unscheduled", _("Take off the schedule"), incomplete)
    actions.register_action("petition.move")(MoveEntry)
    actions.register_action("petition.hold")(HoldEntry)
    actions.register_action("petition.unhold", LABELS["unhold"], _("Hold ended"))
    actions.register_action("petition.export")(ExportEntry)
    actions.register_action("petition.moderate")(DecisionEntry)
    actions.register_action("petition.undo_decision", _("Undo a decision"), _("Decision undone"))
    actions.register_action("petition.erase", _("Erase a person"), _("Erased at their request"))
