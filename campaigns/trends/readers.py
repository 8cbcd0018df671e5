"""The users who may see petitions and their signatures, by collection, for the worker's emails.

The permission policy is the one that the CMS uses (`campaigns.cms.permissions`).
"""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from wagtail.permission_policies.collections import CollectionPermissionPolicy

from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally

policy = CollectionPermissionPolicy(Petition)


def moderators(petition: Petition) -> QuerySet[User]:
    """Return the users with an email address who may moderate the signatures of a petition."""
    return who_may("moderate_signatures", petition)


def mailers(petition: Petition) -> QuerySet[User]:
    """Return the users with an email address who may write to the signers of a petition."""
    return who_may("mail_signers", petition)


def who_may(right: str, petition: Petition) -> QuerySet[User]:
    found: QuerySet[User] = policy.users_with_any_permission_for_instance([right], petition)
    return found.filter(is_active=True).exclude(email="").order_by("pk")


def viewed_by(user: User) -> QuerySet[Tally]:
    """Return the petitions whose statistics the user may view."""
    if not user.is_active:
        return Tally.objects.none()
    if user.is_superuser:
        return Tally.objects.all()
    rights = ["view_signatures", "view_statistics"]
    collections = policy.collections_user_has_any_permission_for(user, rights)
    return Tally.objects.filter(petition__collection__in=list(collections))
