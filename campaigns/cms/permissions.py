"""Permissions on petitions and signatures, which are granted by the petition's collection only.

`user.has_perm` does not consider permissions on collections, so no code may use it for these
models.
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

from campaigns.exports.shapes import SHAPES
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature

AnyUser = User | AnonymousUser


class StaffRequest(HttpRequest):
    """A request in the CMS, whose user is signed in."""

    user: User


class PetitionPolicy(CollectionPermissionPolicy):
    def user_sees(self, user: AnyUser, petition: Petition) -> bool:
        return self.user_has_any_permission_for_instance(user, SEE, petition)


petition_policy = PetitionPolicy(Petition)

# Exporting in each shape (`campaigns.exports.shapes`) needs its own permission.
EXPORTS = tuple(f"export_{key}" for key in SHAPES)
# Actions on a signature. The user needs one of the listed permissions on its petition.
RIGHTS: dict[str, tuple[str, ...]] = {
    "view": ("view_signatures",),
    "inspect": ("view_signatures",),
    # Numbers without names; users who view the signatures could count them themselves.
    "statistics": ("view_signatures", "view_statistics"),
    "export": EXPORTS,  # in any shape
    **{right: (right,) for right in EXPORTS},
    "hand_out": ("export_signatures",),
    "moderate": ("moderate_signatures",),
    "delete": ("delete_signatures",),
    "mail": ("mail_signers",),
    "bring_in": ("import_signatures",),
}
# Bringing in what was signed elsewhere, which adds to the count of a petition.
BRING_IN = "import_signatures"
SENSITIVE = sorted({right for rights in RIGHTS.values() for right in rights})
# Each of these permissions includes seeing the petition in the CMS.
SEE = [
    *("add", "change", "publish", "delete", "control", "hold_signatures"),
    *SENSITIVE,
]

FOUND = "_collections_of_signatures"  # where a user keeps those in which they may act


def may(user: AnyUser, action: str, petition: Petition) -> bool:
    return petition_policy.user_has_permission_for_instance(user, action, petition)


def may_see(user: AnyUser, petition: Petition) -> bool:
    return petition_policy.user_sees(user, petition)


def petitions_seen_by(user: AnyUser) -> QuerySet[Petition]:
    return petition_policy.instances_user_has_any_permission_for(user, SEE)


def collections_for(user: AnyUser, action: str) -> QuerySet[Collection]:
    """Return the collections in which a user may act, with their descendants.

    `action` is a key of RIGHTS, or a permission on petitions.
    """
    if not (user.is_active and user.is_authenticated):
        return Collection.objects.none()
    rights = RIGHTS.get(action, (action,))
    return petition_policy.collections_user_has_any_permission_for(user, rights)


def tallies_for(user: AnyUser, action: str) -> QuerySet[Tally]:
    """Return the tallies on whose signatures a user may act; the original's collection decides.

    `action` is a key of RIGHTS. Its collections are looked up once for each object of a user, as
    long as Wagtail keeps their permissions.
    """
    if user.is_active and user.is_superuser:
        return Tally.objects.all()
    if not hasattr(user, FOUND):
        setattr(user, FOUND, {})
    found: dict[str, list[Collection]] = getattr(user, FOUND)
    if action not in found:
        found[action] = list(collections_for(user, action))
    return Tally.objects.filter(petition__collection__in=found[action])


def signatures_for(user: AnyUser, action: str) -> QuerySet[Signature]:
    """Return the signatures on which a user may act.

    Every view of signatures starts from this query.

    `action` is a key of RIGHTS.
    """
    return Signature.objects.filter(tally__in=tallies_for(user, action))


def allowed_among(
    signatures: QuerySet[Signature], user: AnyUser, action: str
) -> QuerySet[Signature]:
    """Return those of these signatures on which a user may act.

    The tallies are looked up first, so that PostgreSQL can plan with their keys. For an
    administrator, who may act on all, they are no condition.
    """
    if user.is_active and user.is_superuser:
        return signatures
    tallies = tallies_for(user, action).values_list("pk", flat=True)
    return signatures.filter(tally__in=list(tallies))


class SignaturePolicy(BasePermissionPolicy):
    """Wagtail's permission policy for signatures: no user may add or change a signature.

    That includes administrators, since only signers write signatures. Registered with
    `register_permission_policy`.
    """

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        rights = RIGHTS.get(action, ())
        return bool(rights) and petition_policy.user_has_any_permission(user, rights)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        return petition_policy.users_with_any_permission(rights_for(actions))

    def user_has_permission_for_instance(
        self, user: AnyUser, action: str, instance: Signature
    ) -> bool:
        petition = instance.tally.petition
        return any(may(user, right, petition) for right in RIGHTS.get(action, ()))

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
        return petition_policy.users_with_any_permission_for_instance(
            rights_for(actions), instance.tally.petition
        )


signature_policy = SignaturePolicy(Signature)


def rights_for(actions: Iterable[str]) -> list[str]:
    """Return the permissions that allow at least one of these actions."""
    return [right for action in actions for right in RIGHTS.get(action, ())]


# The panel on Wagtail's form of a group. The permissions are in the order of their codenames, which
# is the order of the database and therefore of the checkboxes.
GroupPetitionPermissions: type = collection_member_permission_formset_factory(
    Petition,
    [
        ("add_petition", _("Add"), _("Write new petitions")),
        ("change_petition", _("Edit"), _("Edit petitions")),
        (
            "control_petition",
            _("Control"),
            _("Control: pause, resume, close and move petitions, and declare victory"),
        ),
        ("delete_petition", _("Delete"), _("Delete petitions that nobody has signed")),
        ("delete_signatures_petition", _("Delete signatures"), _("Delete signatures")),
        (
            "export_analysis_petition",
            _("Export: analysis"),
            _("Export signatures in the shape “Analysis”: nobody’s name or email address"),
        ),
        (
            "export_everything_petition",
            _("Export: everything"),
            _("Export signatures in the shape “Everything”: all columns, in every state"),
        ),
        (
            "export_handover_petition",
            _("Export: handing over"),
            _("Export signatures in the shape “Handing over”: names and places"),
        ),
        (
            "export_mailing_petition",
            _("Export: mailing list"),
            _(
                "Export signatures in the shape “Mailing list”: email addresses of those who want "
                "news"
            ),
        ),
        (
            "export_signatures_petition",
            _("Give a person a copy of their data"),
            _("Give a person a copy of their data, when they ask"),
        ),
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
            "mail_signers_petition",
            _("Write to signers"),
            _("Write mailings to signers, and approve those of others"),
        ),
        (
            "moderate_signatures_petition",
            _("Moderate signatures"),
            _("Moderate signatures: release and invalidate them; help signers who ask"),
        ),
        ("publish_petition", _("Publish"), _("Publish petitions")),
        (
            "view_signatures_petition",
            _("View signatures"),
            _("View signatures, with their names and email addresses, and statistics"),
        ),
        (
            "view_statistics_petition",
            _("View statistics"),
            _("View statistics alone: numbers and charts"),
        ),
    ],
    "campaigns/cms/group_permissions.html",
)
