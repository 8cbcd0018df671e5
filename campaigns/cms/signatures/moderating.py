"""The views to release and invalidate signatures, and to undo that."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import OperationalError, transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from campaigns.cms import history
from campaigns.cms.bulk.selected import NumberForm, SelectedQuestion
from campaigns.cms.jobs import decisions, undoing
from campaigns.cms.permissions import tallies_for
from campaigns.cms.screens import Button, PressedButton, QuestionView
from campaigns.cms.signatures.list_screens import numbered
from campaigns.moderation import moderating
from campaigns.paragraphs import Text, labelled
from campaigns.petitions.panels import SIGNATURES
from campaigns.petitions.state import takes_confirmations
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature

# Shown when the database interrupted the act: a decision and its undoing are one transaction each,
# so nothing was changed.
INTERRUPTED = _(
    "The database interrupted this. Nothing was changed: all signatures are as they were. Please "
    "try again."
)
# Shown after a decision about many signatures.
ASKED = _(
    "The server does this now, about the signatures that you were shown. Here you see how far it "
    "is, and can cancel it."
)
UNDOING = _("The server does this now. Here you see how far it is, and can cancel it.")

# The values that the form's buttons send, with the moderation that each one means.
DECISIONS = {
    "release": Signature.Moderation.NONE,
    "quarantined": Signature.Moderation.QUARANTINED,
    "invalidated": Signature.Moderation.INVALIDATED,
}


class DecisionForm(NumberForm):
    """A decision; if it is about all signatures that exist, the form asks for their number.

    `number` is the number of signatures to be typed, None where the list is filtered.
    """

    moderation = forms.ChoiceField(
        choices=[
            ("release", _("Release")),
            ("quarantined", _("Quarantine")),
            ("invalidated", _("Invalidate")),
        ],
        widget=PressedButton,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "For colleagues, now and later. Do not write any names."
        )

    def why_number(self, number: int) -> str:
        return ngettext(
            "No filter is set. To moderate the only signature, type how many there are: %s.",
            "No filter is set. To moderate all %s signatures, type their number.",
            number,
        )

    def clean_moderation(self) -> str:
        return DECISIONS[self.cleaned_data["moderation"]].value


class ModerateView(SelectedQuestion):
    """Moderate the signatures that the URL selects."""

    right = "moderate"
    form_class = DecisionForm
    template_name = "campaigns/cms/moderate.html"
    page_title = _("Release, quarantine or invalidate")
    header_icon = "check"
    decline = _("No, leave them as they are")

    def find(self) -> None:
        self.select()
        if self.unknown:
            return
        # The numbers of signatures that each decision would change.
        self.counts = self.signatures.order_by().aggregate(
            count=Count("pk"),
            unconfirmed=Count("pk", filter=Q(confirmed_at=None)),
            later=Count("pk", filter=Q(confirmed_at=None) & ~Q(moderation="")),
            **{
                name: Count("pk", filter=~Q(moderation=moderation))
                for name, moderation in DECISIONS.items()
            },
        )
        self.heading = numbered(self.counts["count"])

    def nothing_to_do(self) -> Text:
        if refusal := self.refusal():
            return refusal
        if any(self.counts[name] for name in DECISIONS):
            return ""
        return _("There are no signatures here that could be released or invalidated.")

    def get_form_kwargs(self) -> dict[str, Any]:
        number = None if self.is_filtered else self.counts["count"]
        return {**super().get_form_kwargs(), "number": number}

    def buttons(self) -> list[Button]:
        styles = {"invalidated": "serious", "quarantined": "button-secondary"}
        return [
            Button(
                decisions.label(moderation, self.counts[name]),
                "moderation",
                name,
                styles.get(name, ""),
            )
            for name, moderation in DECISIONS.items()
            if self.counts[name]
        ]

    def act(self, form: forms.Form) -> HttpResponse:
        made = {name: form.cleaned_data[name] for name in ("moderation", "reason")}
        pressed = made["moderation"] or "release"
        if self.counts[pressed] > decisions.AT_ONCE:
            decisions.ask(self.signatures, **made, by=self.request.user, seen=self.seen)
            return self.leave(messages.success, ASKED, to=reverse("jobs"))
        try:
            with transaction.atomic():  # The decision and its log entries are saved together.
                about = {**made, "by": self.request.user, "seen": self.seen}
                decision = moderating.moderate(self.signatures, **about)
                counts = moderating.counts(decision)
                history.record(self.request.user, "petition.moderate", decision, counts)
        except OperationalError:
            return self.leave(messages.error, INTERRUPTED)
        done = sum(counts.values())
        text = f"{history.decided_of(done, decision.moderation)}."
        if done < self.counts[pressed]:
            text = f"{text} {decisions.left_out()}"
        if not done:
            return self.leave(messages.warning, text)
        undo = messages.button(reverse("undo_decision", args=[decision.pk]), _("Undo"))
        return self.leave(messages.success, text, buttons=[undo])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sample = self.sample(self.signatures, self.counts["count"])
        confirmable = Tally.objects.filter(takes_confirmations(timezone.now()))
        too_late = self.signatures.filter(confirmed_at=None).exclude(tally__in=confirmable).count()
        return {
            **super().get_context_data(**kwargs),
            **sample,
            "too_late": too_late,
            "unconfirmed": self.counts["unconfirmed"],
            "when_they_count": self.when_they_count,
        }

    @property
    def when_they_count(self) -> Text:
        """Say when the released signatures count; some petitions ask for no confirmation."""
        if not self.counts["later"]:
            return _("Released signatures count at once.")
        if self.counts["later"] == self.counts["release"]:
            return _("Released signatures count once they are confirmed.")
        return _(
            "Released signatures that are confirmed count at once, and the others once they are "
            "confirmed."
        )


class UndoView(QuestionView):
    """Undo a decision; needs the permission to moderate each of its signatures."""

    page_title = _("Undo a decision")
    header_icon = "rotate"
    back_url = reverse_lazy(SIGNATURES)
    back_label = _("Signatures")
    decline = _("No, leave them as they are")

    def find(self, *, pk: int) -> None:
        allowed = moderating.about(tallies_for(self.request.user, "moderate"))
        self.decision = get_object_or_404(allowed, pk=pk)
        self.count = self.decision.moderated.count()
        done = history.decided_of(self.count, self.decision.moderation)
        self.heading = labelled(done, self.decision.reason)
        question = ngettext(
            "Undo this decision? %s signature returns to its earlier state, unless it has "
            "been moderated again since.",
            "Undo this decision? %s signatures return to their earlier states, except those "
            "that have been moderated again since.",
            self.count,
        )
        self.question = question % intcomma(self.count)

    def nothing_to_do(self) -> Text:
        if undoing.is_under_way(self.decision):
            return _("The server is undoing this decision already.")
        if self.decision.undone_at:
            return undoing.UNDONE
        if not self.count:
            return _("The data of these signatures is no longer stored. Nothing can be undone.")
        return ""

    def buttons(self) -> list[Button]:
        text = ngettext(
            "Undo the decision for %s signature", "Undo the decision for %s signatures", self.count
        )
        return [Button(text % intcomma(self.count))]

    def act(self, form: forms.Form) -> HttpResponse:
        if self.count > decisions.AT_ONCE:
            undoing.ask(self.decision, count=self.count, by=self.request.user)
            return self.leave(messages.success, UNDOING, to=reverse("jobs"))
        try:
            with transaction.atomic():
                counts = moderating.undo(self.decision, by=self.request.user)
                if counts is None:  # A colleague has undone it at the same time.
                    return self.leave(messages.warning, undoing.UNDONE)
                history.record(self.request.user, "petition.undo_decision", self.decision, counts)
        except OperationalError:
            return self.leave(messages.error, INTERRUPTED)
        return self.leave(messages.success, undoing.restored(sum(counts.values())))


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [
        path("signatures/moderate/", ModerateView.as_view(), name="moderate_signatures"),
        path("signatures/decisions/<int:pk>/undo/", UndoView.as_view(), name="undo_decision"),
    ]
