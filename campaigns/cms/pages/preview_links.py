"""Creating and withdrawing links by which outsiders, such as lawyers, read a draft."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button as HeaderButton
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from campaigns.cms.pages.publishing import own_of
from campaigns.cms.permissions import AnyUser, may_see
from campaigns.cms.screens import Button, PressedButton, QuestionView
from campaigns.pages import preview_links

URL = "preview_links"


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(label=_("For how long?"), coerce=int, initial=7, required=False)
    # "make", or the number of the link to withdraw.
    do = forms.CharField(widget=PressedButton)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["days"]
        assert isinstance(days, forms.TypedChoiceField)
        days.choices = [
            (number, ngettext("%(days)s day", "%(days)s days", number) % {"days": number})
            for number in preview_links.DAYS
        ]


class PreviewLinksView(QuestionView):
    """The links to the draft of a page, for users who may edit the page."""

    form_class = LinkForm
    template_name = "campaigns/cms/preview_links.html"
    page_title = _("Links for outsiders")
    header_icon = "link"
    decline = _("Back to the page")

    def find(self, *, page_id: int) -> None:
        self.page = get_object_or_404(Page, pk=page_id).specific
        if not self.page.permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied
        own = own_of(self.page)
        if own and not may_see(self.request.user, own):  # the petition's draft is another team's
            raise PermissionDenied
        self.back_url = reverse("wagtailadmin_pages:edit", args=[page_id])
        self.back_label = self.heading = self.page_subtitle = self.page.get_admin_display_title()
        self.links = preview_links.of(self.page)
        self.new_url = ""

    def buttons(self) -> list[Button]:
        return [Button(_("Create a link"), "do", "make")]

    def act(self, form: forms.Form) -> HttpResponse:
        """Create or withdraw a link. A new link is shown once, since only its hash is stored."""
        do, user = form.cleaned_data["do"], self.request.user
        if do == "make":
            days = form.cleaned_data["days"] or 7
            token = preview_links.make(self.page, days=days, by=user)
            self.new_url = settings.BASE_URL + reverse("draft", args=[token])
            return self.ask_again(LinkForm(), status=200)
        link = self.links.filter(pk=do).first() if do.isdecimal() and len(do) < 18 else None
        if link:
            preview_links.withdraw(link, by=user)
        text = _("The link has been withdrawn: nobody can read the draft with it any more.")
        return self.leave(messages.success, text, to=self.request.path)


def header_button(
    page: Page, user: AnyUser, view_name: str, next_url: str | None = None
) -> Iterator[HeaderButton]:
    """Yield the button, for the `register_page_header_buttons` hook."""
    if page.pk and not page.is_root() and page.permissions_for_user(user).can_edit():
        url = reverse(URL, args=[page.pk])
        yield HeaderButton(_("Links for outsiders"), url, icon_name="link", priority=66)


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the log actions, for the `register_log_actions` hook."""
    made, withdrawn = _("Create a preview link"), _("Withdraw a preview link")
    actions.register_action("page.preview_link", made, made)
    actions.register_action("page.preview_link_withdrawn", withdrawn, withdrawn)


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("pages/<int:page_id>/preview-links/", PreviewLinksView.as_view(), name=URL)]
