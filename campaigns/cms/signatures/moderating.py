"""The views to release and invalidate signatures, and to undo that."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from campaigns.cms import history
from campaigns.cms.jobs import decisions
from campaigns.cms.permissions import signature_policy, signatures_for, tallies_for
from campaigns.cms.screens import Button, PressedButton, QuestionView, Text
from campaigns.cms.signatures.listed import LIST, ListedQuestion
from campaigns.moderation import moderating, queue
from campaigns.signatures.signature import Signature
from campaigns.trends import alarms

# The database did nothing, or all: a decision and its undoing are one transaction each.
INTERRUPTED = _(
    "The database interrupted this. Nothing was changed: all signatures are as they were. Please "
    "try again."
)
# Of a decision about many signatures.
ASKED = _(
    "The server does this now, about the signatures that you were shown. Here you see how far it "
    "is, and can cancel it."
)


# So many are shown before a decision: all, or some at random.
SAMPLE = 10


class DecisionForm(forms.Form):
    """A decision; about all signatures that there are, it asks for their number.

    `number` is the number of signatures to be typed, None where the list is filtered.
    """

    moderation = forms.ChoiceField(
        choices=[("release", _("Release")), ("invalidated", _("Invalidate"))],
        widget=PressedButton,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=255,
        help_text=_("For colleagues, now and later. Do not write any names."),
    )
    typed = forms.CharField(
        label=_("Number of signatures"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    newest = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, number: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        if number is None:
            del self.fields["typed"]
        else:
            text = ngettext(
                "No filter is set. To moderate the only signature, type how many there are: %s.",
                "No filter is set. To moderate all %s signatures, type their number.",
                number,
            )
            self.fields["typed"].help_text = text % intcomma(number)

    def clean_moderation(self) -> str:
        moderation = self.cleaned_data["moderation"]
        return Signature.Moderation.NONE if moderation == "release" else moderation

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        digits = "".join(character for character in typed if character.isdecimal())
        if not digits or int(digits) != self.number:
            text = ngettext("There is %s signature.", "There are %s signatures.", self.number or 0)
            raise ValidationError(text % intcomma(self.number))
        return typed


class ModerateView(ListedQuestion):
    """Moderates one signature (`?signature=`), a group (`?group=`), an alarm or the list.

    Of the list it moderates all that is shown with the same query.
    """

    form_class = DecisionForm
    template_name = "campaigns/cms/moderate.html"
    page_title = _("Release or invalidate")
    header_icon = "check"
    decline = _("No, leave them as they are")

    def find(self) -> None:
        if not signature_policy.user_has_permission(self.request.user, "moderate"):
            raise PermissionDenied
        self.read_query(own=("signature",))
        self.is_filtered = any(str(text).strip() for text in self.request.GET.values())
        if self.unknown:
            return
        self.signatures = self.asked_for().filter(anonymised_at=None)
        if newest := self.newest_shown():
            self.signatures = self.signatures.filter(pk__lte=newest)
        # The numbers of signatures that each decision would change.
        self.counts = self.signatures.order_by().aggregate(
            count=Count("pk"),
            release=Count("pk", filter=~Q(moderation=Signature.Moderation.NONE)),
            invalidated=Count("pk", filter=~Q(moderation=Signature.Moderation.INVALIDATED)),
        )
        heading = ngettext("%s signature", "%s signatures", self.counts["count"])
        self.heading = heading % intcomma(self.counts["count"])

    def newest_shown(self) -> UUID | None:
        """On POST, the newest signature that was shown; nobody has looked at later ones."""
        try:
            return UUID(self.request.POST.get("newest", ""))
        except ValueError:
            return None

    def asked_for(self) -> QuerySet[Signature]:
        allowed = signatures_for(self.request.user, "moderate")
        if key := self.request.GET.get("signature"):
            try:
                found = allowed.filter(pk=UUID(key))
            except ValueError:
                raise Http404 from None
            if not found.exists():
                raise Http404
            self.back_url = reverse("signatures_modeladmin_inspect", args=[key])
            return found
        if self.filters.keys() == {"group"}:
            self.back_url, self.back_label = reverse("quarantine"), _("Quarantine")
            return queue.in_group(allowed, self.request.GET["group"])
        if self.filters.keys() == {"alarm"}:
            return alarms.selection(allowed, self.request.GET["alarm"])
        _list, shown = self.listed()
        return allowed.filter(pk__in=shown.order_by().values("pk"))

    def nothing_to_do(self) -> Text:
        if refusal := self.refusal():
            return refusal
        if self.counts["release"] or self.counts["invalidated"]:
            return ""
        return _("There are no signatures here that could be released or invalidated.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Django's FormView makes the form with these."""
        number = None if self.is_filtered else self.counts["count"]
        return {**super().get_form_kwargs(), "number": number}

    def get_initial(self) -> dict[str, Any]:
        """The initial values of the form, for Django's FormView."""
        newest = self.signatures.order_by("-pk").values_list("pk", flat=True).first()
        return {"newest": newest}

    def buttons(self) -> list[Button]:
        release, invalidated = self.counts["release"], self.counts["invalidated"]
        labels = {
            "release": ngettext("Release %s signature", "Release %s signatures", release),
            "invalidated": ngettext(
                "Invalidate %s signature", "Invalidate %s signatures", invalidated
            ),
        }
        styles = {"invalidated": "serious"}
        return [
            Button(label % intcomma(count), "moderation", value, styles.get(value, ""))
            for value, label in labels.items()
            if (count := self.counts[value])
        ]

    def act(self, form: forms.Form) -> HttpResponse:
        made = {name: form.cleaned_data[name] for name in ("moderation", "reason")}
        pressed = made["moderation"] or "release"
        if self.counts[pressed] > decisions.AT_ONCE:
            decisions.ask(self.signatures, **made, by=self.request.user)
            return self.leave(messages.success, ASKED, to=reverse("jobs"))
        try:
            with transaction.atomic():  # The decision and its entries in the log belong together.
                decision = moderating.moderate(self.signatures, **made, by=self.request.user)
                counts = moderating.counts(decision)
                history.record(self.request.user, "petition.moderate", decision, counts)
        except OperationalError:
            return self.leave(messages.error, INTERRUPTED)
        count = sum(counts.values())
        done = ngettext("%s signature was moderated.", "%s signatures were moderated.", count)
        undo = messages.button(reverse("undo_decision", args=[decision.pk]), _("Undo"))
        return self.leave(messages.success, done % intcomma(count), buttons=[undo])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context for Wagtail's template and ours."""
        some = self.signatures.select_related("tally__petition").order_by("?")[:SAMPLE]
        return {
            **super().get_context_data(**kwargs),
            "count": self.counts["count"],
            "some": some,
            "is_sample": self.counts["count"] > SAMPLE,
        }


class UndoView(QuestionView):
    """Undoes a decision; needs the permission to moderate each of its signatures."""

    page_title = _("Undo a decision")
    header_icon = "rotate"
    back_url = reverse_lazy(LIST)
    back_label = _("Signatures")
    decline = _("No, leave them as they are")

    def find(self, *, pk: int) -> None:
        allowed = moderating.about(tallies_for(self.request.user, "moderate"))
        self.decision = get_object_or_404(allowed, pk=pk)
        self.count = self.decision.moderated.count()
        self.heading = self.decision.reason
        question = ngettext(
            "Undo this decision? %s signature returns to its earlier state, unless it has "
            "been moderated again since.",
            "Undo this decision? %s signatures return to their earlier states, except those "
            "that have been moderated again since.",
            self.count,
        )
        self.question = question % intcomma(self.count)

    def nothing_to_do(self) -> Text:
        if self.decision.undone_at:
            return _("This decision has been undone already.")
        if not self.count:
            return _("The data of these signatures is no longer stored. Nothing can be undone.")
        return ""

    def buttons(self) -> list[Button]:
        text = ngettext(
            "Undo the decision for %s signature", "Undo the decision for %s signatures", self.count
        )
        return [Button(text % intcomma(self.count))]

    def act(self, form: forms.Form) -> HttpResponse:
        try:
            with transaction.atomic():
                counts = moderating.undo(self.decision, by=self.request.user)
                history.record(self.request.user, "petition.undo_decision", self.decision, counts)
        except OperationalError:
            return self.leave(messages.error, INTERRUPTED)
        count = sum(counts.values())
        done = ngettext(
            "%s signature is in its earlier state again.",
            "%s signatures are in their earlier states again.",
            count,
        )
        return self.leave(messages.success, done % intcomma(count))
