"""Where the signers of a petition came from, for staff: a screen and a CSV file."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from campaigns.cms.permissions import StaffRequest
from campaigns.cms.petitions.views import address, home_url
from campaigns.counting import arrivals
from campaigns.exports.cells import harmless
from campaigns.petitions.petition import Petition

# The headings of the file, for the cells of `arrivals.lines`.
HEADINGS = [_("Day of confirmation"), _("Page"), _("Embedding site"), _("Source"), _("Signatures")]


class PetitionArrivals:
    """Base of both views; OwnCollection has checked the permission to view the signatures."""

    model = Petition
    permission_required = "view_signatures"
    kwargs: dict[str, Any]

    @cached_property
    def petition(self) -> Petition:
        return get_object_or_404(Petition, pk=self.kwargs["pk"])


class ArrivalsView(PetitionArrivals, WagtailAdminTemplateMixin, TemplateView):
    request: StaffRequest
    template_name = "campaigns/cms/petition_arrivals.html"
    page_title = _("Where signers came from")
    header_icon = "site"

    def get_page_subtitle(self) -> str:
        return self.petition.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        back = {"url": home_url(self.petition, self.request.user), "label": self.petition.title}
        here = {"url": "", "label": self.page_title, "sublabel": self.petition.title}
        return [*self.breadcrumbs_items, back, here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            "report": arrivals.report(self.petition.tally),
            "download_url": address("arrivals_download", self.petition),
            "others": arrivals.OTHERS,
            "unknown": arrivals.UNKNOWN,
        }
        return {**super().get_context_data(**kwargs), **shown}


class ArrivalsDownloadView(PetitionArrivals, View):
    """All numbers as a CSV file: a line for each day, page, site and source."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        name = f"arrivals-{self.petition.slug}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        writer = csv.writer(response, quoting=csv.QUOTE_ALL)
        writer.writerow([str(heading) for heading in HEADINGS])
        for row in arrivals.lines(self.petition.tally):
            writer.writerow([harmless(str(cell)) for cell in row])
        return response
