"""The users of the CMS, and two teams with a petition each."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale

from tests.arranged import MAKERS, Arranged
from tests.factories import make_home, make_petition, make_signature

EXPORT = ["export_handover", "export_mailing", "export_analysis", "export_everything"]
MANAGER = [
    "control",
    "view_signatures",
    *EXPORT,
    "export_signatures",
    "delete_signatures",
    "hold_signatures",
    "import_signatures",
    "mail_signers",
]


def grant(group: Group, collection: Collection, *actions: str) -> None:
    """Grant permissions on the petitions of one collection, as the panel of a group does."""
    names = {f"{action}_petition" for action in actions}
    permissions = Permission.objects.filter(codename__in=names)
    assert {permission.codename for permission in permissions} == names
    GroupCollectionPermission.objects.bulk_create(
        (
            GroupCollectionPermission(group=group, collection=collection, permission=permission)
            for permission in permissions
        ),
        ignore_conflicts=True,
    )


def make_user(name: str, *groups: str, **fields: object) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "password", **fields)
    for group in groups:
        user.groups.add(Group.objects.get(name=group))
    return user


def make_team(name: str, collection: Collection, *actions: str) -> Group:
    """A group with access to the CMS, confined to one collection."""
    group = Group.objects.create(name=name)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    grant(group, collection, *actions)
    return group


def allow_everything() -> None:
    """Allow campaign managers to export everything, as administrators can."""
    managers = Group.objects.get(name="Campaign managers")
    grant(managers, Collection.get_first_root_node(), "export_everything")


@pytest.fixture
def teams(db, arrangement: Arranged) -> SimpleNamespace:
    return arrangement("teams")


@pytest.fixture
def people(db, teams, arrangement: Arranged) -> SimpleNamespace:
    return arrangement("people")


def make_people() -> SimpleNamespace:
    allow_everything()
    return SimpleNamespace(
        editor=make_user("editor", "Editors"),
        moderator=make_user("moderator", "Moderators"),
        manager=make_user("manager", "Campaign managers"),
        # Manages the petitions of one collection only.
        river_manager=make_user("river", "River team"),
        administrator=make_user("admin", is_superuser=True),
        visitor=make_user("visitor"),
    )


def make_teams() -> SimpleNamespace:
    """Two collections, each with a petition and signatures; a group of managers of the first."""
    root = Collection.get_first_root_node()
    river, forest = (root.add_child(name=name) for name in ("River", "Forest"))
    make_team("River team", river, *MANAGER)
    ours = make_petition(title="Free the river", collection=river)
    theirs = make_petition(title="Spare the forest", collection=forest)
    return SimpleNamespace(
        river=river,
        forest=forest,
        ours=ours,
        theirs=theirs,
        ada=make_signature(ours, name="Ada Lovelace", email="ada@example.org"),
        grace=make_signature(theirs, name="Grace Hopper", email="grace@example.net"),
    )


MAKERS |= {"teams": make_teams, "people": make_people}


@pytest.fixture
def browse(client: Client) -> Callable[[User], Client]:
    """A function that returns a client in which a user is logged in."""

    def as_somebody(user: User) -> Client:
        other = Client()
        other.force_login(user)
        return other

    return as_somebody


@pytest.fixture
def editors(teams):
    """Editors of one collection, who may not control petitions, and their publishers."""
    make_team("River editors", teams.river, "add", "change", "view_signatures")
    make_team("River publishers", teams.river, "add", "change", "publish", "delete", "control")


@pytest.fixture
def editor(editors):
    return make_user("anna", "River editors")


@pytest.fixture
def publisher(editors):
    return make_user("boris", "River publishers")


@pytest.fixture
def russian():
    return Locale.objects.get_or_create(language_code="ru")[0]


@pytest.fixture
def translator(editors):
    """A user who edits and publishes the petitions of River and pages, and submits translations."""
    group = Group.objects.get(name="River publishers")
    group.permissions.add(Permission.objects.get(codename="submit_translation"))
    for codename in ("change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group,
            page=make_home().get_root(),
            permission=Permission.objects.get(codename=codename),
        )
    return make_user("tatiana", "River publishers")
