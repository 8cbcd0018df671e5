"""Permissions on receivers: administrators alone, since signers' data leaves the site."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import QuerySet
from wagtail.permission_policies import BasePermissionPolicy

from campaigns.cms.permissions import AnyUser
from campaigns.sync.receiver import Receiver


def receivers_for(user: AnyUser) -> QuerySet[Receiver]:
    """Return the receivers that a user may see. Every view of receivers starts from this query."""
    return Receiver.objects.all() if is_administrator(user) else Receiver.objects.none()


def is_administrator(user: AnyUser) -> bool:
    return user.is_active and user.is_superuser


class ReceiverPolicy(BasePermissionPolicy):
    """Wagtail's permission policy for receivers."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return is_administrator(user)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        return User.objects.filter(is_active=True, is_superuser=True)


receiver_policy = ReceiverPolicy(Receiver)
