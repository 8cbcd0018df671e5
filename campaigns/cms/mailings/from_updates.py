"""The screen that makes a draft of a mailing from an update of a campaign page."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import linebreaks
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button as HeaderButton
from wagtail.models import Page
from wagtail.rich_text import RichText

from campaigns.blocks.links import NUMBER
from campaigns.cms.mailings.rights import mailing_policy
from campaigns.cms.mailings.writing import NAME
from campaigns.cms.permissions import AnyUser, tallies_for
from campaigns.cms.screens import Button, QuestionView
from campaigns.mailings.mailing import LONGEST_PREHEADER, LONGEST_SUBJECT, Mailing
from campaigns.pages.campaign import CampaignPage
from campaigns.pages.timeline import Entry, outcome_entries, updates_of
from campaigns.paragraphs import Text, labelled
from campaigns.petitions.petition import fetch_tallies

URL = "mail_update"
# The largest number of updates that are offered.
MOST = 50


class UpdateForm(forms.Form):
    update = forms.ChoiceField(label=_("Which update?"), widget=forms.RadioSelect)


class MailUpdateView(QuestionView):
    """Ask which update of a published page becomes a mailing, and make a draft of it.

    With `?page=`, only the updates of one page are offered.
    """

    form_class = UpdateForm
    page_title = heading = _("Email an update to signers")
    header_icon = "mail"
    question = _(
        "A mailing begins with the text of the update and a link to it. You can change everything "
        "before you submit it."
    )
    decline = _("Back to the list")

    def find(self) -> None:
        if not mailing_policy.user_has_permission(self.request.user, "add"):
            raise PermissionDenied
        self.back_url, self.back_label = reverse(f"{NAME}:index"), _("Mailings")
        pages = pages_for(self.request.user)
        page = self.request.GET.get("page", "")
        if NUMBER.fullmatch(page):
            pages = pages.filter(pk=page)
        fetch_tallies(each.petition for each in pages if each.petition)
        found = [(each, entry) for each in pages for entry in entries_of(each)]
        found.sort(key=lambda pair: pair[1].day, reverse=True)
        self.updates = {
            f"{each.pk}-{entry.key or entry.kind}": (each, entry) for each, entry in found[:MOST]
        }

    def nothing_to_do(self) -> Text:
        return "" if self.updates else _("No published page has an update.")

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        """Return the form with the updates, the newest first, for Django's view."""
        form = super().get_form(form_class)
        field = form.fields["update"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (key, labelled(date_format(entry.day), f"{entry.heading} ({page.title})"))
            for key, (page, entry) in self.updates.items()
        ]
        return form

    def buttons(self) -> list[Button]:
        return [Button(_("Create a draft of a mailing"))]

    def act(self, form: forms.Form) -> HttpResponse:
        mailing = make(*self.updates[form.cleaned_data["update"]])
        mailing.writers.add(self.request.user)
        return redirect(f"{NAME}:edit", mailing.pk)


def pages_for(user: AnyUser) -> QuerySet[CampaignPage]:
    """Return the published campaign pages to whose signers a user may write."""
    keys = tallies_for(user, "mail").values("translation_key")
    originals = CampaignPage.objects.live().filter(alias_of=None)
    found = originals.filter(petition__translation_key__in=keys)
    return found.select_related("petition", "locale").order_by("-pk")


def entries_of(page: CampaignPage) -> list[Entry]:
    """Return the updates of a page, the handing over and the victory, in its language."""
    assert page.petition  # `pages_for` finds no others
    with translation.override(page.locale.language_code):
        return [*updates_of(page.updates), *outcome_entries(page.petition)]


@transaction.atomic
def make(page: CampaignPage, update: Entry) -> Mailing:
    """Create a draft in the language of the page, for those who signed its petition."""
    language = page.locale.language_code
    with translation.override(language):
        label, friend = gettext("Read it on our page"), gettext("friend")
    url = page.canonical_url + update.path
    address = {"text": "", "label": label, "page": None, "url": url}
    text = update.text or RichText(linebreaks(update.words, autoescape=True))
    body: list[tuple[str, Any]] = [("text", text)] if update.text or update.words else []
    if update.picture:
        body.append(("image", update.picture))
    mailing = Mailing.objects.create(
        subject=Truncator(update.heading).chars(LONGEST_SUBJECT),
        preheader=Truncator(update.summary or update.words).chars(LONGEST_PREHEADER),
        body=[*body, ("call_to_action", address)],
        fallback=friend,
        language=language,
    )
    assert page.petition  # `pages_for` finds no others
    mailing.tallies.add(page.petition.tally)
    return mailing


def header_button(
    page: Page, user: AnyUser, view_name: str, next_url: str | None = None
) -> Iterator[HeaderButton]:
    """Yield the button, for the `register_page_header_buttons` hook."""
    if page.specific_class is CampaignPage and pages_for(user).filter(pk=page.pk).exists():
        url = f"{reverse(URL)}?page={page.pk}"
        yield HeaderButton(_("Email an update to signers"), url, icon_name="mail", priority=67)


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("mailings/from-update/", MailUpdateView.as_view(), name=URL)]
