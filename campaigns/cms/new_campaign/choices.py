"""What “New campaign” offers to a user: lists of campaigns, templates, collections of images."""

from typing import Any

from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permissions import policy_registry

from campaigns.cms.permissions import AnyUser, collections_for
from campaigns.pages.campaign import CampaignIndexPage, CampaignPage
from campaigns.pages.images import CustomImage


def parents_for(user: AnyUser) -> list[CampaignIndexPage]:
    """Return the lists of campaigns to which the user may add a page."""
    lists = CampaignIndexPage.objects.order_by("path")
    return [page for page in lists if page.permissions_for_user(user).can_add_subpage()]


def may_begin(user: AnyUser) -> bool:
    return bool(parents_for(user)) and collections_for(user, "add").exists()


def templates_for(user: AnyUser) -> list[CampaignPage]:
    """Return the campaigns offered as templates, and whose petition the user may copy."""
    theirs = collections_for(user, "add")
    pages = CampaignPage.objects.filter(is_template=True, alias_of=None)
    return list(pages.filter(petition__collection__in=theirs).order_by("title"))


def collections_of_pictures(user: AnyUser) -> Any:
    policy = policy_registry.get_by_type(CustomImage)
    assert isinstance(policy, CollectionOwnershipPermissionPolicy)  # as Wagtail registers it
    return policy.collections_user_has_permission_for(user, "add")
