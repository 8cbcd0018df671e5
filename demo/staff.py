"""The demo's staff accounts, their teams and their permissions."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission

COLLECTIONS = ("International", "City")
CITY_TEAM = "Campaign managers: City"
# The permissions of campaign managers on petitions, here for one collection only.
CITY_RIGHTS = (
    "control",
    "view_signatures",
    "moderate_signatures",
    "export_handover",
    "export_mailing",
    "export_analysis",
    "export_signatures",
    "delete_signatures",
    "hold_signatures",
    "import_signatures",
    "mail_signers",
)


@dataclass(frozen=True)
class Login:
    name: str
    who: str
    group: str = ""

    @property
    def password(self) -> str:
        return f"only-in-the-demo-{self.name}"

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"


LOGINS = (
    Login("editor", "writes stories and petitions, sees signatures", "Editors"),
    Login("moderator", "the same, and publishes", "Moderators"),
    Login("manager", "views, moderates, exports and deletes signatures", "Campaign managers"),
    Login("citymanager", "the same, in the collection City only", CITY_TEAM),
    Login("admin", "may do everything"),
)


def make_collections() -> dict[str, Collection]:
    root = Collection.get_first_root_node()
    for name in COLLECTIONS:
        if not root.get_children().filter(name=name).exists():
            root.add_child(instance=Collection(name=name))
    return {name: root.get_children().get(name=name) for name in COLLECTIONS}


def make_city_team(collection: Collection) -> Group:
    group, is_new = Group.objects.get_or_create(name=CITY_TEAM)
    if is_new:
        enter = Permission.objects.get(
            content_type__app_label="wagtailadmin", codename="access_admin"
        )
        group.permissions.add(enter)
        for right in CITY_RIGHTS:
            GroupCollectionPermission.objects.create(
                group=group,
                collection=collection,
                permission=Permission.objects.get(
                    content_type__app_label="campaigns", codename=f"{right}_petition"
                ),
            )
    return group


def make_staff() -> None:
    """Create the accounts. An existing account keeps its password and its groups."""
    users = get_user_model().objects
    for login in LOGINS:
        if users.filter(username=login.name).exists():
            continue
        if not login.group:
            users.create_superuser(login.name, login.email, login.password)
            continue
        user = users.create_user(login.name, login.email, login.password)
        user.groups.add(Group.objects.get(name=login.group))


def logins() -> list[tuple[str, str, str]]:
    """Return (name, password, role) of the accounts that still have the demo's password."""
    found = get_user_model().objects.filter(is_active=True).in_bulk(field_name="username")
    return [
        (login.name, login.password, login.who)
        for login in LOGINS
        if login.name in found and found[login.name].check_password(login.password)
    ]
