"""Saved views of the list of signatures: shown above it, saved and deleted."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Collection

from campaigns.cms.fields import CollectionField
from campaigns.cms.finding.filters import filter_parameters
from campaigns.cms.permissions import collections_for, signature_policy
from campaigns.cms.screens import Button, QuestionView
from campaigns.finding.saved import SavedView
from campaigns.paragraphs import Text
from campaigns.petitions.panels import SIGNATURES

# Parameters that are not saved: a search, and filters that refer to one signature or one current
# group.
NOT_SAVED = {"search", "group", "alarm", "like"}


def visible_to(user: User) -> QuerySet[SavedView]:
    """Return the user's own views and the shared views that they may use.

    A view that is shared with a collection is visible to users who may view its signatures.
    """
    shared = Q(collection__in=collections_for(user, "view"))
    return SavedView.objects.filter(Q(owner=user) | shared).order_by("name", "pk")


def is_own(view: SavedView, user: User) -> bool:
    """Return whether a user who sees a view may delete it: its owner, or anybody once they left."""
    return view.owner_id == user.pk or not view.owner.is_active


def address_of(view: SavedView) -> str:
    """Return the URL of the list, with those of the saved filters that still exist."""
    known = filter_parameters() - NOT_SAVED
    filters = [(name, text) for name, text in parse_qsl(view.filters) if name in known]
    return reverse(SIGNATURES, query=filters)


def listed(user: User) -> list[dict[str, Any]]:
    """Return what the list shows of each view."""
    return [
        {
            "name": view.name,
            "url": address_of(view),
            "is_shared": view.collection_id is not None,
            "delete_url": reverse("delete_signature_view", args=[view.pk])
            if is_own(view, user)
            else "",
        }
        for view in visible_to(user).select_related("owner")
    ]


def savable(query: Iterable[tuple[str, Any]]) -> str:
    """Return the filters among the parameters of a URL, in the form in which they are saved."""
    known = filter_parameters() - NOT_SAVED
    return urlencode(sorted((name, text) for name, text in query if name in known and text))


class SaveForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the view"),
        max_length=80,
        help_text=_(
            "“Waiting in Germany”, “Newsletter of May”. Do not write any names of signers."
        ),
    )
    collection = CollectionField(
        label=_("Who may use it?"),
        queryset=Collection.objects.none(),
        required=False,
        empty_label=_("Only me"),
        help_text=_(
            "If you choose a collection, all colleagues who may view its signatures can use the "
            "view. Each of them sees only the signatures that they may view."
        ),
    )

    def __init__(self, *args: Any, collections: QuerySet[Collection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = collections  # type: ignore[attr-defined]


class SaveViewView(QuestionView):
    """Save the filters of the URL under a name."""

    form_class = SaveForm
    page_title = _("Save this view")
    header_icon = "pick"
    back_label = _("Signatures")
    question = _(
        "The filters of the list are saved. What was typed into the search box is not saved."
    )
    decline = _("No, do not save it")

    def find(self) -> None:
        """Read the filters from the URL."""
        if not signature_policy.user_has_permission(self.request.user, "view"):
            raise Http404
        self.filters = savable(self.request.GET.items())
        self.back_url = reverse(SIGNATURES) + (f"?{self.filters}" if self.filters else "")

    def nothing_to_do(self) -> Text:
        return "" if self.filters else _("There is nothing to save yet: set a filter first.")

    def get_form_kwargs(self) -> dict[str, Any]:
        collections = collections_for(self.request.user, "view")
        return {**super().get_form_kwargs(), "collections": collections}

    def buttons(self) -> list[Button]:
        return [Button(_("Save the view"))]

    def act(self, form: forms.Form) -> HttpResponse:
        """Save the view; pressing the button again does not save it twice."""
        values = {"owner": self.request.user, "filters": self.filters, **form.cleaned_data}
        # Several may be the same by now: one was shared with a collection that is gone.
        if not SavedView.objects.filter(**values).exists():
            SavedView.objects.create(**values)
        return self.leave(
            messages.success, _("The view has been saved. It is shown above the list.")
        )


class DeleteViewView(QuestionView):
    """Delete a view that belongs to the user."""

    page_title = _("Delete a saved view")
    header_icon = "bin"
    back_label = _("Signatures")
    decline = _("No, keep it")

    def find(self, *, pk: int) -> None:
        """Return the view; raise Http404 for those of others."""
        self.view = get_object_or_404(visible_to(self.request.user), pk=pk)
        if not is_own(self.view, self.request.user):
            raise Http404
        self.back_url, self.heading = reverse(SIGNATURES), self.view.name
        self.question = (
            _("Delete this view? The colleagues with whom it is shared lose it, too.")
            if self.view.collection_id
            else _("Delete this view?")
        )

    def buttons(self) -> list[Button]:
        return [Button(_("Delete the view"), style="serious")]

    def act(self, form: forms.Form) -> HttpResponse:
        self.view.delete()
        return self.leave(messages.success, _("The view has been deleted."))


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [
        path("signatures/views/save/", SaveViewView.as_view(), name="save_signature_view"),
        path(
            "signatures/views/<int:pk>/delete/",
            DeleteViewView.as_view(),
            name="delete_signature_view",
        ),
    ]
