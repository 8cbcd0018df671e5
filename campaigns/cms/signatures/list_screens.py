"""Base of the screens about all signatures that the list shows with the same query."""

from collections.abc import Container

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.cms.finding import searching
from campaigns.cms.finding.filters import filter_parameters
from campaigns.cms.screens import QuestionView
from campaigns.cms.signatures.admin import SignatureAdmin
from campaigns.cms.signatures.listing import SignatureIndexView
from campaigns.paragraphs import Text, with_commas
from campaigns.petitions.panels import SIGNATURES
from campaigns.signatures.signature import Signature


class ListQuestionView(QuestionView):
    """Ask about what the list shows, and lead back to the list with the same filters.

    A URL with an unknown parameter is refused: without that condition, the URL would mean all
    signatures.
    """

    back_label = _("Signatures")
    unknown: list[str]

    def read_query(self, *, own: Container[str]) -> None:
        """Set `filters`, `unknown` and `back_url`; `own` are parameters besides the list's."""
        query = self.request.GET.items()
        self.filters = {name: text for name, text in query if name not in own}
        self.is_lost = searching.is_lost(self.request)
        self.unknown = sorted(self.filters.keys() - filter_parameters())
        if self.filters.get("updates", "") not in ("", "true", "false"):
            self.unknown.append("updates")  # the radio buttons ignore any other text
        self.back_url = reverse(SIGNATURES, query=None if self.unknown else self.filters)

    def refusal(self) -> Text:
        """Return the message if a parameter or search is unknown; "" if all are known."""
        if self.is_lost:
            return _(
                "Nothing was done: the search behind this link belongs to a colleague, or is older "
                "than twelve hours. Please type it again."
            )
        if not self.unknown:
            return ""
        text = _("Nothing was done: the web address has a condition that is not known (%s).")
        return text % with_commas(self.unknown)

    def listed(self) -> tuple[SignatureIndexView, QuerySet[Signature]]:
        """Return the list with the query of this request, and the signatures that it shows."""
        view = SignatureIndexView(model_admin=SignatureAdmin())
        view.setup(self.request)
        return view, view.get_queryset()


def numbered(count: int) -> str:
    """Return the number of signatures, as the heading of a screen."""
    return ngettext("%s signature", "%s signatures", count) % intcomma(count)
