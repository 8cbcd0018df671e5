"""The first steps on a new site, on the dashboard of users who may do them.

A step is ticked off once its result exists. The panel disappears when all steps are done, when the
user dismisses it, and on a site in use.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.users.models import UserProfile

from campaigns.cms.new_campaign.choices import may_begin
from campaigns.cms.permissions import AnyUser, StaffRequest, petition_policy
from campaigns.pages.campaign import CampaignIndexPage, CampaignPage
from campaigns.paragraphs import Text
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature
from home.models import HomePage, Identity
from operations.backups.erasure_ledger import Erasure

DISMISSED = "first-steps"  # a key of Wagtail's `UserProfile.dismissibles`
# With more signatures under one petition, they are no longer tests.
MOST_TESTS = 5


class Site:
    """What the site has already; each query is made once."""

    def __init__(self) -> None:
        identities = Identity.objects.select_related("privacy_page", "imprint_page")
        self.identity = identities.filter(site__is_default_site=True).first()
        self.newest = CampaignPage.objects.select_related("petition").order_by("-pk").first()
        carried = CampaignPage.objects.filter(live=True, petition__live=True)
        self.public = carried.order_by("pk").first()

    @cached_property
    def front(self) -> Page | None:
        """The page at the site's root; None while that is the page that Wagtail created."""
        found = HomePage.objects.filter(sites_rooted_here__is_default_site=True)
        return found.filter(live=True).first()

    def is_laid_out(self) -> bool:
        lists = CampaignIndexPage.objects.filter(live=True)
        return self.front is not None and lists.descendant_of(self.front).exists()

    def next_page_url(self) -> str:
        """Return where the missing page is made, or chosen as the site's root page."""
        if self.front is not None:
            return reverse("wagtailadmin_pages:add_subpage", args=[self.front.pk])
        if HomePage.objects.filter(live=True).exists():
            return reverse("wagtailsites:index")
        return reverse("wagtailadmin_explore_root")

    def is_named(self) -> bool:
        unnamed = Identity._meta.get_field("name").get_default()
        return self.identity is not None and self.identity.name != unnamed

    def is_explained(self) -> bool:
        if self.identity is None:
            return False
        pages = self.identity.privacy_page, self.identity.imprint_page
        return bool(self.identity.contact_email) and all(page and page.live for page in pages)

    def identity_url(self) -> str:
        return reverse("wagtailsettings:edit", args=["home", "identity"])

    def newest_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.newest.pk]) if self.newest else ""

    def public_url(self) -> str:
        return (self.public.get_url() or "") if self.public else ""


@dataclass(frozen=True)
class Step:
    """One step: whether it is done, who may do it, and its URL; "" where it has none yet."""

    label: Text
    advice: Text
    is_done: Callable[[Site], bool]
    may: Callable[[AnyUser], bool]
    url: Callable[[Site], str]


def may_identify(user: AnyUser) -> bool:
    return user.has_perm("home.change_identity")


def may_lay_out(user: AnyUser) -> bool:
    root = Page.get_first_root_node()
    return root is not None and root.permissions_for_user(user).can_add_subpage()


def sends_from_somewhere(site: Site) -> bool:
    return not settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost")


def has_approver(site: Site) -> bool:
    publishers = petition_policy.users_with_permission("publish")
    return publishers.filter(is_active=True).count() > 1


def was_signed() -> bool:
    """Return whether a signature was confirmed by the link in an email, or something was deleted.

    Whoever tries it withdraws the signature afterwards, of which no more remains than of anything
    else that was deleted.
    """
    return Signature.objects.exclude(proven_at=None).exists() or Erasure.objects.exists()


STEPS = [
    Step(
        _("Name the organisation"),
        _(
            "Its name is shown on every page and in every email; add a logo and a colour if you "
            "like."
        ),
        Site.is_named,
        may_identify,
        Site.identity_url,
    ),
    Step(
        _("Create the home page and the list of campaigns"),
        _(
            "Publish a home page, choose it under Settings › Sites, and publish a page of the type "
            "“Campaign index” below it."
        ),
        Site.is_laid_out,
        may_lay_out,
        Site.next_page_url,
    ),
    Step(
        _("Say who you are and what you do with data"),
        _(
            "Create a content page for the privacy notice and one for the imprint, then choose "
            "them here, with an email address for questions. Every page has links to them."
        ),
        Site.is_explained,
        may_identify,
        Site.identity_url,
    ),
    Step(
        _("Give emails a sender"),
        _("Whoever runs the server sets it (DEFAULT_FROM_EMAIL), and sees whether emails arrive."),
        sends_from_somewhere,
        lambda user: user.is_superuser,
        lambda site: "",
    ),
    Step(
        _("Begin the first campaign"),
        _("Answer a few questions to create a draft, which nobody outside sees."),
        lambda site: site.newest is not None,
        may_begin,
        lambda site: reverse("begin_campaign"),
    ),
    Step(
        _("Find somebody who approves"),
        _("A second account that may publish, such as one of the group Moderators."),
        has_approver,
        lambda user: user.has_perm("auth.add_user"),
        lambda site: reverse("wagtailusers_users:index"),
    ),
    Step(
        _("Publish the campaign"),
        _("Editors submit it, and moderators approve it."),
        lambda site: site.public is not None,
        may_begin,
        Site.newest_url,
    ),
    Step(
        _("Sign it yourself"),
        _("Sign as a stranger would: on your phone, and with the confirmation email."),
        lambda site: was_signed(),
        may_begin,
        Site.public_url,
    ),
]


def is_in_use() -> bool:
    return Tally.objects.filter(total__gt=MOST_TESTS).exists()


def has_dismissed(user: AnyUser) -> bool:
    profile = getattr(user, "wagtail_userprofile", None)
    return bool(profile and profile.dismissibles.get(DISMISSED))


def steps_for(user: AnyUser) -> list[tuple[Step, bool, str]]:
    """Return the steps that the user may do, each with whether it is done and its URL.

    Return nothing if all are done.
    """
    if has_dismissed(user) or is_in_use():
        return []
    site = Site()
    theirs = [(step, step.is_done(site), step.url(site)) for step in STEPS if step.may(user)]
    return theirs if not all(is_done for _step, is_done, _url in theirs) else []


class FirstStepsPanel(Component):
    name = "first_steps"
    order = 40
    template_name = "campaigns/cms/first_steps.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request: StaffRequest = parent_context["request"]
        return {
            "csrf_token": parent_context.get("csrf_token"),
            "steps": steps_for(request.user),
        }


class DismissView(View):
    """Hide the steps from the user who dismisses them."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        profile = UserProfile.get_for_user(request.user)
        profile.dismissibles[DISMISSED] = True
        profile.save(update_fields=["dismissibles"])
        return redirect("wagtailadmin_home")


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    panels.append(FirstStepsPanel())


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("first-steps/", DismissView.as_view(), name="dismiss_first_steps")]
