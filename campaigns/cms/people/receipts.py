"""The receipt of an erasure in the CMS, and who may read it."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from campaigns.cms.people.requests import scope_of
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


# What is shown of them to a user who may not delete entries of the block and allow lists.
ABOUT_CONTACTS = {CONTACTS, LISTED, MESSAGES}
ABOUT_PETITIONS = {REMEMBERED, WAITING, UPLOADED}


def may_read(user: AnyUser, receipt: ErasureReceipt) -> bool:
    """Return whether the user could have made the receipt: it names petitions a person signed."""
    tallies = [petition["tally"] for petition in receipt.petitions]
    return may_delete(user, tallies) if tallies else bool(others_for(user, receipt))


def others_for(user: AnyUser, receipt: ErasureReceipt) -> dict[str, int]:
    """Return the numbers of the other deleted rows, as far as the user could have deleted them."""
    scope = scope_of(user, "delete")
    if scope.lists:
        return dict(receipt.others)
    shown = ABOUT_CONTACTS if scope.contacts else set[str]()
    if scope.tallies is None:
        shown = shown | ABOUT_PETITIONS | {BOUNCED}
    elif receipt.tallies is not None and may_delete(user, receipt.tallies):
        shown = shown | ABOUT_PETITIONS  # else they may be about another team's petitions
    return {name: number for name, number in receipt.others.items() if name in shown}


def may_delete(user: AnyUser, tallies: list[int]) -> bool:
    """Return whether the user may delete the signatures of all these petitions."""
    return tallies_for(user, "delete").filter(pk__in=tallies).count() == len(set(tallies))


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
        shown = others_for(user, receipt)
        others = [(OTHERS.get(name, name), number) for name, number in shown.items()]
        return {**super().get_context_data(**kwargs), "receipt": receipt, "others": others}


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    view = ReceiptView.as_view()
    return [path("signatures/people/receipts/<uuid:pk>/", view, name="erasure_receipt")]
