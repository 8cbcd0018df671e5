"""Permissions on petitions and signatures, which are granted by the petition's collection only.

`user.has_perm` does not know permissions on collections, so no code may use it for these models.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.collections import collection_member_permission_formset_factory
from wagtail.models import Collection
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permission_policies.collections import CollectionPermissionPolicy

from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature

AnyUser = User | AnonymousUser


class StaffRequest(HttpRequest):
    """A request in the CMS: its user has signed in."""

    user: User


class PetitionPolicy(CollectionPermissionPolicy):
    def user_sees(self, user: AnyUser, petition: Petition) -> bool:
        return self.user_has_any_permission_for_instance(user, SEE, petition)


petition_policy = PetitionPolicy(Petition)

# Actions on a signature, with the permission on its petition that each of them needs.
RIGHTS = {
    "view": "view_signatures",
    "inspect": "view_signatures",
    "export": "export_signatures",
    "moderate": "moderate_signatures",
    "delete": "delete_signatures",
}
# Bringing in what was signed elsewhere: it adds to the count of a petition.
BRING_IN = "import_signatures"
# Each of these permissions includes seeing the petition in the CMS.
SEE = [
    *("add", "change", "publish", "delete", "control", "hold_signatures", BRING_IN),
    *sorted(set(RIGHTS.values())),
]


def may(user: AnyUser, action: str, petition: Petition) -> bool:
    return petition_policy.user_has_permission_for_instance(user, action, petition)


def may_see(user: AnyUser, petition: Petition) -> bool:
    return petition_policy.user_sees(user, petition)


def petitions_seen_by(user: AnyUser) -> QuerySet[Petition]:
    return petition_policy.instances_user_has_any_permission_for(user, SEE)


def collections_for(user: AnyUser, action: str) -> QuerySet[Collection]:
    """The collections in which a user has a permission on petitions, with their descendants."""
    if not (user.is_active and user.is_authenticated):
        return Collection.objects.none()
    return petition_policy.collections_user_has_permission_for(user, action)


def tallies_for(user: AnyUser, action: str) -> QuerySet[Tally]:
    """The tallies on whose signatures a user may act; the original's collection decides.

    `action` is a key of RIGHTS.
    """
    if user.is_active and user.is_superuser:
        return Tally.objects.all()
    collections = list(collections_for(user, RIGHTS[action]))
    return Tally.objects.filter(petition__collection__in=collections)


def signatures_for(user: AnyUser, action: str) -> QuerySet[Signature]:
    """The signatures on which a user may act. Every view of signatures starts from this query.

    `action` is a key of RIGHTS.
    """
    return Signature.objects.filter(tally__in=tallies_for(user, action))


class SignaturePolicy(BasePermissionPolicy):
    """Wagtail's permission policy for signatures: nobody may add or change one.

    That holds for administrators as well, since only signers write them. Registered with
    `register_permission_policy`.
    """

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return action in RIGHTS and petition_policy.user_has_permission(user, RIGHTS[action])

    def user_has_any_permission(self, user: AnyUser, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        rights = [RIGHTS[action] for action in actions if action in RIGHTS]
        return petition_policy.users_with_any_permission(rights)

    def user_has_permission_for_instance(
        self, user: AnyUser, action: str, instance: Signature
    ) -> bool:
        return action in RIGHTS and may(user, RIGHTS[action], instance.tally.petition)

    def user_has_any_permission_for_instance(
        self, user: AnyUser, actions: Iterable[str], instance: Signature
    ) -> bool:
        return any(self.user_has_permission_for_instance(user, a, instance) for a in actions)

    def instances_user_has_any_permission_for(
        self, user: AnyUser, actions: Iterable[str]
    ) -> QuerySet[Signature]:
        sets = [signatures_for(user, action) for action in actions if action in RIGHTS]
        found = Signature.objects.none()
        for signatures in sets:
            found = found | signatures
        return found

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Signature
    ) -> QuerySet[User]:
        rights = [RIGHTS[action] for action in actions if action in RIGHTS]
        return petition_policy.users_with_any_permission_for_instance(
            rights, instance.tally.petition
        )


signature_policy = SignaturePolicy(Signature)

# The panel on Wagtail's form of a group. It must be in the order of the codenames, since Wagtail's
# template takes the headings from here, and the boxes from the database in that order.
GroupPetitionPermissions: type = collection_member_permission_formset_factory(
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
            _("Hold signers’ data"),
            _("Hold signers’ data beyond the retention period"),
        ),
        (
            "import_signatures_petition",
            _("Bring in signatures"),
            _("Bring in what was signed elsewhere: on paper, with partners, on other sites"),
        ),
        (
            "moderate_signatures_petition",
            _("Moderate signatures"),
            _("Release and invalidate signatures; help signers who ask"),
        ),
        ("publish_petition", _("Publish"), _("Publish petitions")),
        ("view_signatures_petition", _("View signatures"), _("View signatures")),
    ],
    "campaigns/cms/group_permissions.html",
)
