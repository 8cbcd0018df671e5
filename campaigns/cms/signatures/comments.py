"""The queue of comments waiting for a moderator, and the screens to decide and to undo."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from campaigns.cms import history
from campaigns.cms.bulk import recording
from campaigns.cms.permissions import (
    StaffRequest,
    signature_policy,
    signatures_for,
    tallies_for,
)
from campaigns.cms.screens import Button, QuestionView, Screen
from campaigns.moderation import comments
from campaigns.moderation.comments import CommentDecision
from campaigns.paragraphs import Text
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.columns_in_words import CommentState
from campaigns.signatures.signature import Signature

URL = "comments"
A_PAGE = 25
HEADINGS: dict[str, Text] = {
    CommentState.WAITING: _("Waiting"),
    CommentState.SHOWN: _("Shown"),
    CommentState.HIDDEN: _("Not shown"),
}

# Each decision, with its button for one comment and for several.
DECISIONS = [
    (CommentState.SHOWN, _("Show"), _("Show what is ticked")),
    (CommentState.HIDDEN, _("Do not show"), _("Do not show what is ticked")),
]


class CommentsMenuItem(MenuItem):
    """The menu item, for users who may moderate the signatures of a petition."""

    def __init__(self) -> None:
        super().__init__(
            _("Comments"), reverse_lazy(URL), name="comments", icon_name="comment", order=222
        )

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether to show the item; Wagtail calls this for each menu item."""
        return signature_policy.user_has_permission(request.user, "moderate")


class WaitingCommentsPanel(Component):
    """The number waiting for this moderator, on the dashboard; empty where nothing waits."""

    name = "waiting_comments"
    order = 96
    template_name = "campaigns/cms/waiting_comments_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"number": comments.waiting(tallies_for(parent_context["request"].user, "moderate"))}


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    if signature_policy.user_has_permission(request.user, "moderate"):
        panels.append(WaitingCommentsPanel())


class FilterForm(forms.Form):
    """The form that filters the comments in the list."""

    petition = forms.ModelChoiceField(
        Petition.objects.none(), label=_("Petition"), required=False, empty_label=_("All")
    )

    def __init__(self, data: Any, *, tallies: QuerySet[Tally]) -> None:
        super().__init__(data)
        asked = Signature.objects.filter(tally=OuterRef("pk"), comment_state__isnull=False)
        asking = tallies.filter(Exists(asked)).values("petition")
        some = Petition.objects.filter(pk__in=asking).order_by("title")
        self.fields["petition"].queryset = some  # type: ignore[attr-defined]


class CommentsView(Screen, TemplateView):
    """List the comments in one state; on POST decide whether the chosen comments are shown."""

    http_method_names = ["get", "post", "head", "options"]
    template_name = "campaigns/cms/comments.html"
    page_title = _("Comments")
    header_icon = "comment"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not signature_policy.user_has_permission(self.request.user, "moderate"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> FilterForm:
        return FilterForm(self.request.GET, tallies=tallies_for(self.request.user, "moderate"))

    @cached_property
    def state(self) -> str:
        asked = self.request.GET.get("state", "")
        return asked if asked in HEADINGS else CommentState.WAITING

    @cached_property
    def tallies(self) -> list[int]:
        """The tally of the chosen petition, or all whose comments the user may moderate."""
        if petition := self.form.is_valid() and self.form.cleaned_data["petition"]:
            return [petition.tally.pk]
        return list(tallies_for(self.request.user, "moderate").values_list("pk", flat=True))

    def address(self, state: str) -> str:
        chosen = {"petition": self.request.GET.get("petition", ""), "state": state}
        return reverse(URL, query={name: each for name, each in chosen.items() if each})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide about one comment, whose button was pressed, or about all chosen ones."""
        state, _separator, one = request.POST.get("decide", "").partition(":")
        chosen = dict(filter(None, map(read_key, [one] if one else request.POST.getlist("chosen"))))
        here = redirect(request.get_full_path())  # the same page of the list
        if state not in (CommentState.SHOWN, CommentState.HIDDEN) or not chosen:
            text = _(
                "Nothing was decided, because no comment is ticked. What was decided before is "
                "under “Shown” and “Not shown”."
            )
            messages.info(request, text)
            return here
        with transaction.atomic():  # The decision and its log entries are saved together.
            allowed = signatures_for(self.request.user, "moderate")
            by = self.request.user
            decision = comments.decide(allowed, chosen, state=state, by=by)
            count = record(self.request, "petition.decide_comments", decision) if decision else 0
        if decision:
            undo = messages.button(reverse("undo_comments", args=[decision.pk]), _("Undo"))
            messages.success(request, history.decided_comments_of(count, state), buttons=[undo])
        done = comments.decided(allowed, chosen, state=state) - count
        if done:
            text = ngettext(
                "The same decision had already been made about %s comment. There is nothing more "
                "to do.",
                "The same decision had already been made about %s comments. There is nothing more "
                "to do.",
                done,
            )
            messages.info(request, text % intcomma(done))
        if left := len(chosen) - count - done:
            text = ngettext(
                "%s comment was left as it is: its signer has changed it, it no longer counts, or "
                "a colleague has decided about it first.",
                "%s comments were left as they are: their signers have changed them, they no "
                "longer count, or a colleague has decided about them first.",
                left,
            )
            messages.warning(request, text % intcomma(left))
        return here

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        numbers = comments.numbers(self.tallies)
        places = range(numbers.get(self.state, 0))
        page = Paginator(places, A_PAGE).get_page(self.request.GET.get("p"))
        start = A_PAGE * (page.number - 1)
        found = comments.page(self.tallies, state=self.state, start=start, end=start + A_PAGE)
        return {
            **super().get_context_data(**kwargs),
            "form": self.form,
            "state": self.state,
            "tabs": [
                (state, heading, numbers.get(state, 0), self.address(state))
                for state, heading in HEADINGS.items()
            ],
            "decisions": [each for each in DECISIONS if each[0] != self.state],
            "page_obj": page,
            "rows": [(row, f"{row.pk}.{comments.wording(row)}") for row in found],
        }


def read_key(text: str) -> tuple[UUID, str] | None:
    """Return a signature's key and the wording of its comment; None if the value is invalid."""
    key, _separator, wording = text.partition(".")
    try:
        return UUID(key), wording
    except ValueError:
        return None


def record(request: StaffRequest, action: str, decision: CommentDecision) -> int:
    """Add an entry to the history of each petition; return the number of comments."""
    counts = comments.counts(decision)
    recording.log_each(
        action, counts, by=request.user, state=decision.state, comment_decision=decision.pk
    )
    return counts.total()


class UndoCommentsView(QuestionView):
    """Undo a decision on comments; needs the permission to moderate each of its signatures."""

    page_title = _("Undo a decision")
    header_icon = "rotate"
    back_url = reverse_lazy(URL)
    back_label = _("Comments")
    decline = _("No, leave them as they are")

    def find(self, *, pk: int) -> None:
        allowed = comments.about(tallies_for(self.request.user, "moderate"))
        self.decision = get_object_or_404(allowed, pk=pk)
        count = comments.counts(self.decision).total()
        self.heading = history.decided_comments_of(count, self.decision.state)
        self.question = ngettext(
            "Undo this decision? The comment returns to what was decided before, or waits again.",
            "Undo this decision? The comments return to what was decided before, or wait again.",
            count,
        )

    def nothing_to_do(self) -> Text:
        if self.decision.undone_at:
            return _("This decision has been undone already.")
        return ""

    def buttons(self) -> list[Button]:
        return [Button(_("Undo the decision"))]

    def act(self, form: forms.Form) -> HttpResponse:
        with transaction.atomic():
            if comments.undo(self.decision, by=self.request.user):
                record(self.request, "petition.undo_comments", self.decision)
        return self.leave(messages.success, _("The decision on the comments has been undone."))


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    undo = UndoCommentsView.as_view()
    return [
        path("signatures/comments/", CommentsView.as_view(), name=URL),
        path("signatures/comments/<int:pk>/undo/", undo, name="undo_comments"),
    ]
