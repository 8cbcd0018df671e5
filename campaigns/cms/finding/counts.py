"""Numbers of signatures beside the choices of a filter, for the script that inserts them.

The script requests them when a user opens the filters (`static/js/filter-counts.js`), so the list
itself is not slowed down. The numbers count the signatures that the other filters leave. They are
exact where there are few signatures, or where they are all signatures of a petition; otherwise the
number of the whole petition is given as an upper limit.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _

from campaigns.cms.signatures.admin import SignatureAdmin
from campaigns.cms.signatures.listing import SignatureIndexView
from campaigns.counting import arrivals, figures, surveys
from campaigns.finding import facets
from campaigns.finding.facets import Numbers
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature

URL = "signature_counts"
# Anyone can invent sources in links; only those with the most signers are offered.
MOST_SOURCES = 30
# The filters whose choices have numbers, with the names that `facets` uses for them.
COUNTED = {
    **{name: name for name in ("petition", *facets.SURVEYED, "source")},
    "signed_at": "signed",
}


def exactly(number: int) -> str:
    return str(intcomma(number))


def at_most(number: int) -> str:
    return _("at most %s") % intcomma(number)


def at_least(number: int) -> str:
    return _("at least %s") % intcomma(number)


class CountsView(SignatureIndexView):
    """Answer with {filter: {choice: text}}, and with "dates": periods and the days they span."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.counted: dict[str, Numbers | None] = {}
        if not self.filters or not self.filters.is_valid():
            return JsonResponse({})
        texts = {name: self.beside(name) for name in COUNTED}
        periods = dates(texts.pop("signed_at"))
        return JsonResponse({**texts, "dates": periods})

    def beside(self, name: str) -> dict[str, str]:
        """Return the texts beside the choices of one filter, without choices that match nothing."""
        numbers, said = self.numbers(name)
        if name == "petition":
            numbers = {str(self.tallies[int(tally)]): numbers[tally] for tally in numbers}
        # "" is the choice “all”; it does not mean signatures with an empty value.
        return {value: said(number) for value, number in numbers.items() if value and number}

    def numbers(self, name: str) -> tuple[dict[str, int], Callable[[int], str]]:
        if not self.narrowing - {name}:
            return self.whole(name), at_least if name == "source" else exactly
        left_out = name if name in self.filters.form.changed_data else ""
        if left_out not in self.counted:
            self.counted[left_out] = facets.among(self.without(left_out))
        found = self.counted[left_out]
        if found is None:
            return ({} if name == "source" else self.whole(name)), at_most
        return largest(found.get(COUNTED[name], {}), name), exactly

    def without(self, left_out: str) -> QuerySet[Signature]:
        """Return the signatures that the search and all filters but one leave."""
        found = self.get_base_queryset()
        for name, value in self.filters.form.cleaned_data.items():
            if name != left_out:
                found = self.filters.filters[name].filter(found, value)
        return self.search_queryset(found)

    def whole(self, name: str) -> dict[str, int]:
        """Return the numbers of whole petitions, as the worker last counted them."""
        if name == "petition":
            return {str(tally): facets.total(found) for tally, found in self.surveyed.items()}
        if name == "source":
            sources = figures.came_by(list(Tally.objects.filter(pk__in=self.chosen).only("pk")))
            known = {code: sources[code] for code in sources if code not in ("", arrivals.OTHERS)}
            return largest(known, name)
        return self.together.get(COUNTED[name], {})


def largest(numbers: dict[str, int], name: str) -> dict[str, int]:
    """Return all the numbers; for sources, only the largest.

    The filter finds all sources that begin with what is chosen, so their numbers are added up.
    """
    if name != "source":
        return numbers
    shown = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:MOST_SOURCES]
    return {
        code: sum(number for other, number in numbers.items() if other.startswith(code))
        for code, _number in shown
    }


def dates(numbers: dict[str, str]) -> list[dict[str, str]]:
    """Return periods for the filter by days, with the first and the last day of each."""
    today = surveys.today()
    periods = {"today": (_("Today"), today), "week": (_("Last 7 days"), surveys.week_of(today))}
    return [
        {
            "label": f"{label} ({numbers[name]})" if name in numbers else label,
            "from": first.isoformat(),
            "to": today.isoformat(),
        }
        for name, (label, first) in periods.items()
    ]


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("signatures/counts/", CountsView.as_view(model_admin=SignatureAdmin()), name=URL)]
