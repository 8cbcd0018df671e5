"""The search box of the list of signatures, sent by POST so that no URL holds the typed text."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.cms.permissions import StaffRequest
from campaigns.finding import interpreting, searches, trigrams
from campaigns.finding.interpreting import LONGEST, Kind, Reading
from campaigns.finding.searches import TypedSearch
from campaigns.signatures.signature import Signature

PARAMETER = "search"


class TypedField(forms.CharField):
    """A field for any text that can be typed or pasted; text that is too long is cut."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(value or "").replace("\0", " ").split())[:LONGEST]


class SearchForm(forms.Form):
    """The typed text, or another `kind` in which to interpret a search that is already stored."""

    typed = TypedField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": _("Name, email, place …"),
                "autocomplete": "off",
                "maxlength": LONGEST,
            }
        ),
    )
    kind = forms.ChoiceField(choices=Kind, required=False, widget=forms.HiddenInput)


def search_of(request: StaffRequest) -> TypedSearch | None:
    """Return the search that the URL names, if it is the user's own and has not expired."""
    key = request.GET.get(PARAMETER, "")
    return searches.of(request.user, key) if key.isascii() and key.isprintable() else None


def is_lost(request: StaffRequest) -> bool:
    """Return whether the URL names a search that cannot be shown: a colleague's, or an old one."""
    return bool(request.GET.get(PARAMETER)) and search_of(request) is None


class Searching:
    """The search, as a mixin for Wagtail's view of the list."""

    request: StaffRequest
    # Wagtail's own box would put the typed text into the URL.
    is_searchable = False
    page_kwarg: str

    @cached_property
    def search(self) -> TypedSearch | None:
        """The search that this URL names, if it is the user's own and has not expired."""
        return search_of(self.request)

    @property
    def is_lost(self) -> bool:
        return is_lost(self.request)

    @property
    def finds_parts(self) -> bool:
        """Whether parts of names and email addresses are found, not only beginnings."""
        return trigrams.find_parts() or self.readings[0].kind is not Kind.PART

    @cached_property
    def readings(self) -> list[Reading]:
        """The possible readings of the search; the first is the one in use."""
        if self.search is None:
            return []
        chosen = self.search.kind
        found = interpreting.readings(self.search.text, self.get_base_queryset())
        return sorted(found, key=lambda reading: reading.kind != chosen)

    @cached_property
    def is_searching(self) -> bool:
        return bool(self.readings)

    @property
    def other_readings(self) -> list[Reading]:
        return self.readings[1:]

    def get_base_queryset(self) -> QuerySet[Signature]:
        raise NotImplementedError

    def search_queryset(self, queryset: QuerySet[Signature]) -> QuerySet[Signature]:
        """Apply the search to what the filters leave; Wagtail's view calls this."""
        if not self.readings:
            return queryset
        return interpreting.narrowed(queryset, self.readings[0])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Store the typed text, and redirect to the list with the same filters and the search."""
        if self.results_only:  # type: ignore[attr-defined]  # the mixin is part of Wagtail's view
            return self.http_method_not_allowed(request)  # type: ignore[attr-defined]
        form = SearchForm(request.POST)
        typed = form.cleaned_data["typed"] if form.is_valid() else ""
        kind = form.cleaned_data.get("kind", "")
        if not typed and kind and self.search:
            typed = self.search.text
        query = {
            name: text
            for name, text in self.request.GET.items()
            if name not in (PARAMETER, self.page_kwarg) and not name.startswith("_")
        }
        if typed:
            query[PARAMETER] = searches.remember(self.request.user, typed, kind=kind).key
        response = redirect(f"{self.index_url}?{urlencode(query)}")  # type: ignore[attr-defined]
        return response

    @property
    def without_search(self) -> str:
        """The URL of the list with the filters alone."""
        query = self.request.GET.copy()
        for name in (PARAMETER, self.page_kwarg):
            query.pop(name, None)
        return f"{self.index_url}?{query.urlencode()}"  # type: ignore[attr-defined]

    @property
    def typed_form(self) -> SearchForm:
        """The search box, with the typed text."""
        return SearchForm(initial={"typed": self.search.text if self.search else ""})
