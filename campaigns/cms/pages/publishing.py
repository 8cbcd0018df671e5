"""Publishing a page whose petition is still a draft: both, the page alone, or neither."""

from datetime import datetime
from itertools import chain
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.locks import BasicLock
from wagtail.models import LockableMixin, Page

from campaigns.appeals.appeal import Appeal
from campaigns.cms.permissions import StaffRequest, may
from campaigns.cms.petitions.changes import explain_url, tell_changed
from campaigns.cms.petitions.views import address
from campaigns.cms.screens import Button, PressedButton, QuestionView
from campaigns.pages import page_guard
from campaigns.pages.public_page import petitions_of
from campaigns.paragraphs import Text, with_commas
from campaigns.petitions import publishing
from campaigns.petitions.petition import Petition
from campaigns.scheduling import closes_by_surprise
from campaigns.workflow import notices


def drafts_of(page: Page) -> list[Petition]:
    return [petition for petition in petitions_of(page) if not petition.live]


def pending_with(page: Page) -> list[Petition]:
    """Return a page's draft petitions, and its own petition if that has unpublished changes."""
    drafts = drafts_of(page)
    own = own_of(page)
    if own and own.live and own.has_unpublished_changes:
        drafts.append(own)
    return drafts


def own_of(page: Page) -> Petition | None:
    """Return the stored row of the petition that is edited with a page."""
    own = getattr(page, "own_petition", None)
    return Petition.objects.filter(pk=own.pk).first() if own else None


def is_locked_for(subject: Model, user: User) -> bool:
    """Return whether somebody else has locked a page or a petition; appeals have no locks.

    The locks of a workflow and of a schedule do not count.
    """
    is_locked = isinstance(subject, LockableMixin) and subject.locked
    return bool(is_locked and BasicLock(subject).for_user(user))


def ask_before_publishing(request: StaffRequest, page: Page) -> HttpResponseRedirect | None:
    """Publish the petition that the page's form shows; ask about other draft petitions.

    Refuse a page that is not completely translated. For the `before_publish_page` hook, before
    which Wagtail has saved the input as a draft.
    """
    if names := page_guard.untranslated(page):
        text = _("The page is saved and not published. Still to be translated: %s.")
        messages.error(request, text % with_commas(names))
        return redirect("wagtailadmin_pages:edit", page.pk)
    own = own_of(page) if getattr(page, "shows_petition", False) else None
    if own and (why := publish_own(request, page, own)):
        return why
    if not [draft for draft in drafts_of(page) if draft != own or not is_going_live(own)]:
        return None
    assert request.resolver_match  # views are never called without it
    if request.resolver_match.view_name == "wagtailadmin_pages:add":
        # Wagtail's view for a new page saves the row as live before it calls the hooks.
        page.live, page.has_unpublished_changes = False, True
        page.save(update_fields=["live", "has_unpublished_changes"], clean=False)
    return redirect("publish_page_with_petition", page.pk)


def publish_own(request: StaffRequest, page: Page, own: Petition) -> HttpResponseRedirect | None:
    """Publish what the form shows of the page's own petition, together with the page.

    If people have signed what changes, redirect to the question first. A petition that the user may
    not publish, or that is not complete, stays as it is.
    """
    if own.live and not own.has_unpublished_changes:
        return None
    if own.get_latest_revision_as_object().replaced:
        return redirect(explain_url(own, page))
    names = publishing.missing(own)
    if not names and may(request.user, "publish", own):
        publishing.publish(own, by=request.user)
    elif own.live:
        text = _("What you changed in the petition is saved, and is not published with the page.")
        messages.warning(request, text)
    page.petition = Petition.objects.get(pk=own.pk)  # type: ignore[attr-defined]  # of campaigns only
    return None


def is_going_live(petition: Petition) -> bool:
    return Petition.objects.get(pk=petition.pk).scheduled_revision is not None


def refuse_bulk_publishing(
    request: StaffRequest, action: str, pages: list[Page], view: Any
) -> HttpResponse | None:
    """Refuse to publish several pages at once if one is locked or its petition comes with it.

    For the `before_bulk_action` hook.
    """
    if action != "publish":
        return None
    if view.cleaned_form.cleaned_data["include_descendants"]:
        below = [page.get_descendants().not_live().specific() for page in pages]
        pages = [*pages, *chain(*below)]
    titles = [
        page.get_admin_display_title()
        for page in pages
        if is_locked_for(page, request.user) or is_unready(page)
    ]
    if not titles:
        return None
    text = _(
        "Nothing was published. Publish these pages one by one, because something is missing, "
        "somebody else has locked them, or their petition has to be published with them: %s."
    )
    messages.warning(request, text % with_commas(titles))
    return redirect(view.next_url)


def is_unready(page: Page) -> bool:
    newest = page.specific.get_latest_revision_as_object()
    return bool(pending_with(newest)) or not is_complete(newest)


def is_complete(subject: Page | Appeal) -> bool:
    """Return whether a page or an appeal can be published.

    Its petition may have been deleted since it was saved, or its web address may have been taken; a
    translation may lack texts.
    """
    try:
        subject.full_clean()
    except ValidationError:
        return False
    return isinstance(subject, Appeal) or not page_guard.untranslated(subject)


# The message afterwards, by whether petitions were published and whether the page is scheduled.
DONE = {
    (True, False): _("“%s” and its petition have been published."),
    (False, False): _("“%s” has been published."),
    (True, True): _(
        "“%s” will be published at the scheduled time. Its petition has been published."
    ),
    (False, True): _("“%s” will be published at the scheduled time."),
}
NO_DRAFT = _("This page’s petition is no longer a draft. You can publish the page here.")


class PublishForm(forms.Form):
    publish = forms.ChoiceField(
        choices=[("both", _("Publish both")), ("page", _("Publish the page only"))],
        widget=PressedButton,
    )
    # What was shown; what is newer is shown again before it is published.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class PublishPageView(QuestionView):
    """Ask users who publish or schedule a page about its draft petitions."""

    form_class = PublishForm
    template_name = "campaigns/cms/publish_page.html"
    page_title = _("Publish")
    header_icon = "upload"
    decline = _("Keep editing")

    def find(self, *, page_id: int) -> None:
        row = get_object_or_404(Page, pk=page_id).specific
        may_publish = row.permissions_for_user(self.request.user).can_publish()
        if not may_publish or is_locked_for(row, self.request.user):
            raise PermissionDenied
        self.page = row.get_latest_revision_as_object()
        self.petitions = drafts_of(self.page)
        self.back_url = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        self.back_label = self.page_subtitle = self.page.get_admin_display_title()
        self.heading = ngettext(
            "This page’s petition is still a draft",
            "This page’s petitions are still drafts",
            len(self.petitions),
        )

    def nothing_to_do(self) -> Text:
        # A user who has answered wants the page published, even if the petition was published
        # meanwhile.
        return "" if self.petitions or self.request.method == "POST" else NO_DRAFT

    def get_initial(self) -> dict[str, Any]:
        """Return the initial values of the form, for Django's view."""
        return {"seen": publishing.stamps([self.page, *self.petitions])}

    @property
    def goes_live_at(self) -> datetime | None:
        moment = self.page.go_live_at
        return moment if moment and moment > timezone.now() else None

    @cached_property
    def drafts(self) -> list[dict[str, Any]]:
        user = self.request.user
        return [
            {
                "petition": petition,
                "missing": publishing.missing(petition),
                "has_ended": closes_by_surprise(petition.get_latest_revision_as_object()),
                "may_publish": may(user, "publish", petition),
                "is_locked": is_locked_for(petition, user),
                "edit_url": address("edit", petition) if may(user, "change", petition) else "",
            }
            for petition in self.petitions
        ]

    @property
    def may_publish_both(self) -> bool:
        return all(draft["may_publish"] for draft in self.drafts)

    @property
    def is_complete(self) -> bool:
        return not any(draft["missing"] for draft in self.drafts)

    @property
    def is_locked(self) -> bool:
        return any(draft["is_locked"] for draft in self.drafts)

    def buttons(self) -> list[Button]:
        both = Button(_("Publish both"), "publish", "both")
        page = Button(_("Publish the page only"), "publish", "page", "button-secondary")
        can_publish_both = self.may_publish_both and self.is_complete and not self.is_locked
        return [both, page] if can_publish_both else [page]

    def act(self, form: forms.Form) -> HttpResponse:
        petitions = self.petitions if form.cleaned_data["publish"] == "both" else []
        if not all(may(self.request.user, "publish", petition) for petition in petitions):
            raise PermissionDenied
        if petitions and self.is_locked:
            return self.ask_again(form, status=409)
        newer = publishing.changed([self.page, *petitions], seen=form.cleaned_data["seen"])
        if newer and not self.petitions:
            return self.leave(messages.warning, NO_DRAFT)
        if newer:
            tell_changed(self.request, newer)
            return self.ask_again(PublishForm(initial=self.get_initial()), status=409)
        waits = self.page.workflow_in_progress
        reviews = [each.current_workflow_state for each in petitions if each.workflow_in_progress]
        try:
            publishing.publish_with(self.page, petitions, by=self.request.user)
        except ValidationError:  # the screen says what is missing
            return self.ask_again(form, status=422)
        for review in reviews if waits else []:  # the notice about the page says the same
            notices.drop(review)
        page = Page.objects.get(pk=self.page.pk)
        text = DONE[bool(petitions), self.goes_live_at is not None] % page.title
        links = [(page.url, _("View live"))] if page.live and page.url else []
        links.append((self.back_url, _("Edit")))
        buttons = [messages.button(url, label) for url, label in links]
        parent = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
        return self.leave(messages.success, text, to=parent, buttons=buttons)


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    view = PublishPageView.as_view()
    return [
        path("pages/<int:page_id>/publish-with-petition/", view, name="publish_page_with_petition")
    ]
