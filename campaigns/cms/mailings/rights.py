"""Permissions on mailings: a user needs the right to write to the signers of all its petitions."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.permission_policies import BasePermissionPolicy

from campaigns.cms.permissions import RIGHTS, AnyUser, petition_policy, tallies_for
from campaigns.mailings.mailing import Mailing
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally

NEEDED = RIGHTS["mail"]


def mailings_for(user: AnyUser) -> QuerySet[Mailing]:
    """Return the mailings that a user may see. Every view of mailings starts from this query."""
    allowed = tallies_for(user, "mail")
    about = Mailing.tallies.through.objects.filter(mailing=OuterRef("pk"))
    return Mailing.objects.filter(
        Exists(about.filter(tally__in=allowed)), ~Exists(about.exclude(tally__in=allowed))
    )


def mailings_only_to(petition: Petition) -> QuerySet[Mailing]:
    """Return the mailings that nobody could see any more without this petition.

    They are written to its signers alone. A translation shares them with its original.
    """
    if petition.is_translation:
        return Mailing.objects.none()
    others = Tally.objects.exclude(pk=petition.tally.pk)
    return Mailing.objects.filter(tallies=petition.tally).exclude(tallies__in=others)


class MailingPolicy(BasePermissionPolicy):
    """Wagtail's permission policy for mailings; only drafts can be changed and deleted."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return petition_policy.user_has_any_permission(user, NEEDED)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        return petition_policy.users_with_any_permission(NEEDED)

    def user_has_permission_for_instance(
        self, user: AnyUser, action: str, instance: Mailing
    ) -> bool:
        is_possible = action not in ("change", "delete") or instance.is_draft
        return is_possible and mailings_for(user).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(
        self, user: AnyUser, actions: Iterable[str]
    ) -> QuerySet[Mailing]:
        return mailings_for(user)

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Mailing
    ) -> QuerySet[User]:
        found = petition_policy.users_with_any_permission(NEEDED)
        keys = [user.pk for user in found if mailings_for(user).filter(pk=instance.pk).exists()]
        return User.objects.filter(pk__in=keys)


mailing_policy = MailingPolicy(Mailing)
