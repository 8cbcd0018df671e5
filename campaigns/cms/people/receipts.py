"""The receipt of an erasure in the CMS, and who may read it."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from campaigns.cms.permissions import AnyUser, tallies_for
from campaigns.cms.screens import Screen
from campaigns.privacy.erasing import (
    BOUNCED,
    CONTACTS,
    LIST_ENTRIES,
    LISTED,
    MESSAGES,
    REMEMBERED,
    UPLOADED,
    WAITING,
)
from campaigns.privacy.receipts import ErasureReceipt

# What receipts list besides signatures.
OTHERS = {
    LIST_ENTRIES: _("Block and allow lists"),
    REMEMBERED: _("Remembered withdrawals and moderations"),
    WAITING: _("Email addresses that wait to be confirmed"),
    BOUNCED: _("Emails that came back"),
    CONTACTS: _("Contacts of targets"),
    LISTED: _("Lists of appeals"),
    MESSAGES: _("Messages to representatives"),
    UPLOADED: _("Lists that wait to be imported"),
}


def may_read(user: AnyUser, receipt: ErasureReceipt) -> bool:
    """Return whether the user could have made the receipt: it names petitions a person signed."""
    tallies = {petition["tally"] for petition in receipt.petitions}
    if not tallies:
        return user.has_perm("campaigns.delete_listentry")
    return tallies_for(user, "delete").filter(pk__in=tallies).count() == len(tallies)


class ReceiptView(Screen, TemplateView):
    """The receipt of an erasure, for users who could have made it."""

    template_name = "campaigns/cms/erasure_receipt.html"
    page_title = _("Receipt of an erasure")
    header_icon = "user"
    breadcrumbs_items = [
        *Screen.breadcrumbs_items,
        {"url": reverse_lazy("people"), "label": _("Data requests")},
    ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        receipts = ErasureReceipt.objects.select_related("made_by")
        receipt = get_object_or_404(receipts, pk=self.kwargs["pk"])
        if not may_read(user, receipt):
            raise Http404
        shown = receipt.others if user.has_perm("campaigns.delete_listentry") else {}
        others = [(OTHERS.get(name, name), number) for name, number in shown.items()]
        return {**super().get_context_data(**kwargs), "receipt": receipt, "others": others}


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    view = ReceiptView.as_view()
    return [path("signatures/people/receipts/<uuid:pk>/", view, name="erasure_receipt")]
