"""Who may see what of petitions, for the mails of the worker: by the petition's collection.

It is the policy of Wagtail that the CMS asks, too (`campaigns.cms.permissions`).
"""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from wagtail.permission_policies.collections import CollectionPermissionPolicy

from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally

policy = CollectionPermissionPolicy(Petition)


def moderators(petition: Petition) -> QuerySet[User]:
    """Those who may moderate the signatures of a petition, and have an email."""
    return who_may("moderate_signatures", petition)


def mailers(petition: Petition) -> QuerySet[User]:
    """Those who may write to the signers of a petition, and have an email."""
    return who_may("mail_signers", petition)


def who_may(right: str, petition: Petition) -> QuerySet[User]:
    found: QuerySet[User] = policy.users_with_any_permission_for_instance([right], petition)
    return found.filter(is_active=True).exclude(email="").order_by("pk")


def viewed_by(user: User) -> QuerySet[Tally]:
    """The petitions whose statistics somebody may view."""
    if not user.is_active:
        return Tally.objects.none()
    if user.is_superuser:
        return Tally.objects.all()
    rights = ["view_signatures", "view_statistics"]
    collections = policy.collections_user_has_any_permission_for(user, rights)
    return Tally.objects.filter(petition__collection__in=list(collections))
