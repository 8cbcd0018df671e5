"""Who may do what with petitions and signatures: by the petition's collection, and nowhere else.

Rights on a collection are invisible to `user.has_perm`: nothing here or elsewhere asks it.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.collections import collection_member_permission_formset_factory
from wagtail.models import Collection
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permission_policies.collections import CollectionPermissionPolicy

from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature

User = AbstractBaseUser | AnonymousUser


class PetitionPolicy(CollectionPermissionPolicy):
    def user_sees(self, user: User, petition: Petition) -> bool:
        return self.user_has_any_permission_for_instance(user, SEE, petition)


petition_policy = PetitionPolicy(Petition)

# What of a signature each right over its petition lets one do.
RIGHTS = {
    "view": "view_signatures",
    "inspect": "view_signatures",
    "export": "export_signatures",
    "moderate": "moderate_signatures",
    "delete": "delete_signatures",
}
# Whoever has one of these sees the petition itself in the CMS.
SEE = [
    *("add", "change", "publish", "delete", "control", "hold_signatures"),
    *sorted(set(RIGHTS.values())),
]


def may(user: User, action: str, petition: Petition) -> bool:
    return petition_policy.user_has_permission_for_instance(user, action, petition)


def may_see(user: User, petition: Petition) -> bool:
    return petition_policy.user_sees(user, petition)


def petitions_seen_by(user: User) -> QuerySet:
    return petition_policy.instances_user_has_any_permission_for(user, SEE)


def collections_for(user: User, action: str) -> QuerySet:
    """The collections in which somebody may do something, with those inside them."""
    if not (user.is_active and user.is_authenticated):
        return Collection.objects.none()
    return petition_policy.collections_user_has_permission_for(user, action)


def tallies_for(user: User, action: str) -> QuerySet:
    """The tallies whose signatures somebody may view, export or delete: the original decides."""
    if user.is_active and user.is_superuser:
        return Tally.objects.all()
    collections = list(collections_for(user, RIGHTS[action]))
    return Tally.objects.filter(petition__collection__in=collections)


def signatures_for(user: User, action: str) -> QuerySet:
    """The signatures that somebody may view, export or delete. Everything asks this."""
    return Signature.objects.filter(tally__in=tallies_for(user, action))


class SignaturePolicy(BasePermissionPolicy):
    """Nobody adds or changes a signature, administrators neither: the public writes them."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action in RIGHTS and petition_policy.user_has_permission(user, RIGHTS[action])

    def user_has_any_permission(self, user: User, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet:
        rights = [RIGHTS[action] for action in actions if action in RIGHTS]
        return petition_policy.users_with_any_permission(rights)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Model) -> bool:
        return action in RIGHTS and may(user, RIGHTS[action], instance.tally.petition)

    def user_has_any_permission_for_instance(
        self, user: User, actions: Iterable[str], instance: Model
    ) -> bool:
        return any(self.user_has_permission_for_instance(user, a, instance) for a in actions)

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> QuerySet:
        sets = [signatures_for(user, action) for action in actions if action in RIGHTS]
        found = Signature.objects.none()
        for signatures in sets:
            found = found | signatures
        return found

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Model
    ) -> QuerySet:
        rights = [RIGHTS[action] for action in actions if action in RIGHTS]
        return petition_policy.users_with_any_permission_for_instance(
            rights, instance.tally.petition
        )


signature_policy = SignaturePolicy(Signature)

# The panel on Wagtail's screen of a group. In the order of the codenames: Wagtail's template takes
# the headings from here and the boxes from the database, which orders them so.
GroupPetitionPermissions = collection_member_permission_formset_factory(
    Petition,
    [
        ("add_petition", _("Add"), _("Write new petitions")),
        ("change_petition", _("Edit"), _("Edit petitions")),
        (
            "control_petition",
            _("Control"),
            _("Pause, resume, close and move petitions, and declare victory"),
        ),
        ("delete_petition", _("Delete"), _("Delete petitions that nobody has signed")),
        ("delete_signatures_petition", _("Delete signatures"), _("Delete signatures")),
        ("export_signatures_petition", _("Export signatures"), _("Export signatures")),
        (
            "hold_signatures_petition",
            _("Hold signers' data"),
            _("Hold signers' data beyond the retention period"),
        ),
        (
            "moderate_signatures_petition",
            _("Moderate signatures"),
            _("Release and invalidate signatures"),
        ),
        ("publish_petition", _("Publish"), _("Publish petitions")),
        ("view_signatures_petition", _("View signatures"), _("View signatures")),
    ],
    "campaigns/cms/group_permissions.html",
)
