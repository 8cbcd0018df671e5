"""Register the default texts and the navigation as snippets, the checks and the style guide."""

from typing import TypeGuard

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from campaigns.cms import inherited
from campaigns.cms.permissions import StaffRequest
from campaigns.cms.texts_and_navigation import (
    lead_to_the_only_one,
    navigation_viewset,
    texts_viewset,
)
from campaigns.sharing.appearance import Appearance
from home.checklist import check_content
from home.models import Identity

register_snippet(texts_viewset)
register_snippet(navigation_viewset)

inherited.register()

hooks.register("construct_wagtail_userbar", check_content)
hooks.register("before_bulk_action", inherited.refuse_bulk_deleting)
hooks.register("before_create_snippet", lead_to_the_only_one)


@hooks.register("site_appearance")
def site_appearance() -> Appearance:
    """Return the look of emails, cards and posters, for `campaigns.sharing.appearance`."""
    identities = Identity.objects.select_related("logo", "logo_on_dark", "sign_picture")
    identity = identities.filter(site__is_default_site=True).first()
    return (identity or Identity()).appearance


@hooks.register("before_edit_setting")
def ask_before_renaming(request: StaffRequest, setting: object) -> HttpResponseBase | None:
    if not names_organisation(setting):
        return None
    return inherited.ask_before_renaming(request, request.POST.get("name", "").strip())


@hooks.register("after_edit_setting")
def renew_after_renaming(request: StaffRequest, setting: object) -> None:
    if names_organisation(setting):
        inherited.renew_after_renaming(request, setting.name)


def names_organisation(setting: object) -> TypeGuard[Identity]:
    """Return whether this is the identity whose name appears in petitions."""
    return isinstance(setting, Identity) and setting.site.is_default_site


@hooks.register("register_help_menu_item")
def styleguide_item() -> MenuItem:
    return MenuItem(_("Design"), reverse("styleguide"), icon_name="view", order=900)
