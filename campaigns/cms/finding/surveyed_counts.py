"""Estimates for the list of signatures without counting, from the worker's surveys."""

from functools import cached_property
from typing import Any

from campaigns.cms.permissions import StaffRequest, tallies_for
from campaigns.counting import arrivals, surveys
from campaigns.finding import facets, paging
from campaigns.finding.facets import Numbers
from campaigns.finding.interpreting import Kind, Reading

# A survey may be a few minutes old, so the estimate must exceed the limit of counting this many
# times.
SURELY = 2


class Known:
    """A mixin for the view of the list; its filters must be valid."""

    request: StaffRequest
    filters: Any
    is_searching: bool
    readings: list[Reading]

    @cached_property
    def tallies(self) -> dict[int, int]:
        """The petitions whose signatures the user may view, by their tallies."""
        viewable = tallies_for(self.request.user, "view")
        return dict(viewable.values_list("pk", "petition"))

    @cached_property
    def surveyed(self) -> dict[int, Numbers]:
        return facets.surveyed(self.tallies)

    @cached_property
    def chosen(self) -> list[int]:
        """The tally of the petition that is filtered by, or all tallies."""
        petition = self.filters.form.cleaned_data["petition"]
        return [
            tally
            for tally, original in self.tallies.items()
            if petition is None or original == petition.pk
        ]

    @cached_property
    def together(self) -> Numbers:
        """The numbers of the chosen petitions, added up."""
        return facets.together([self.surveyed[pk] for pk in self.chosen if pk in self.surveyed])

    @cached_property
    def narrowing(self) -> set[str]:
        """The names of the filters that are set, except the petition's, and the search."""
        changed = set(self.filters.form.changed_data) - {"petition"}
        return changed | ({"search"} if self.is_searching else set())

    @property
    def is_surely_many(self) -> bool:
        """Whether far more signatures match than are ever counted, so counting is futile."""
        if not self.filters.is_valid() or len(self.narrowing) > 1:
            return False
        number = facets.total(self.together)
        for name in self.narrowing:
            number = self.number_of(name)
        most: int = SURELY * paging.MOST
        return number > most and number - surveys.changed(self.chosen) > most

    def number_of(self, name: str) -> int:
        """Return how many signatures a filter or the search leaves, or a lower number.

        Return 0 if nothing is known.
        """
        value = self.request.GET.get(name, "")
        if name == "search" and self.readings[0].kind in (Kind.COUNTRY, Kind.SOURCE):
            name, value = self.readings[0].kind, self.readings[0].value
        if name == "source":
            # The filter finds all sources that begin with the code; the search, that one alone.
            return arrivals.by_source(value, self.chosen, is_beginning=not self.is_searching)
        return self.together.get(name, {}).get(value, 0)
