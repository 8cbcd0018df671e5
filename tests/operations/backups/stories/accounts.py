"""A restore does not give access back to anybody who has lost it since the backup."""

from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from wagtail.models import Collection, GroupCollectionPermission

from campaigns.cms.pages.approval import Approval
from staff import second_factor
from staff.models import Phone
from tests.operations.backups.stories import Story, named

BEFORE = ("deleted", "demoted", "left", "promoted", "stays")


def make(name: str, **values: bool) -> User:
    return User.objects.create_user(name, f"{name}@example.org", "before", **values)


def of(name: str) -> User:
    return User.objects.get(username=name)


def accounts_are_as_they_were_last() -> Story:
    team = Group.objects.create(name="Team")
    for name in ("deleted", "left", "promoted", "stays"):
        make(name)
    make("demoted", is_superuser=True).groups.add(team)
    lost = Phone.objects.create(user=of("stays"), name="phone")
    second_factor.renew_backup_codes(of("stays"))
    Client().force_login(of("left"))
    assert Session.objects.count() == 1
    right = Permission.objects.get(codename="view_signatures_petition")
    team.permissions.add(right)
    root = Collection.get_first_root_node()
    GroupCollectionPermission.objects.create(group=team, collection=root, permission=right)
    task = Approval.objects.create(name="Approval")
    task.groups.add(team)
    yield

    task.groups.clear()
    team.permissions.clear()
    GroupCollectionPermission.objects.filter(group=team).delete()
    of("deleted").delete()
    User.objects.filter(username="left").update(is_active=False)
    User.objects.filter(username="demoted").update(is_superuser=False)
    User.objects.filter(username="promoted").update(is_superuser=True)
    team.user_set.clear()
    stays = of("stays")
    stays.set_password("since")
    stays.save()
    second_factor.reset(stays, by=None)
    found = Phone.objects.create(user=stays, name="phone")
    codes = second_factor.renew_backup_codes(stays)
    make("new")
    said = yield

    active = User.objects.filter(username__in=BEFORE, is_active=True).order_by("username")
    assert [user.username for user in active] == ["demoted", "promoted", "stays"]
    assert not User.objects.filter(username="new").exists()
    assert not User.objects.filter(is_superuser=True).exists()
    assert not of("demoted").groups.exists()
    assert not team.permissions.exists()
    assert not task.groups.exists()
    assert not GroupCollectionPermission.objects.filter(group=team).exists()
    assert of("stays").check_password("since")
    assert (Phone.objects.get().key, found.key != lost.key) == (found.key, True)
    assert second_factor.verify(of("stays"), codes[0])
    assert Phone.objects.create(user=of("stays"), name="another").pk > found.pk
    assert not Session.objects.exists()
    assert named(said, "Deactivated, since they had been deleted: ") == ["deleted"]
    assert "new" in named(said, "Made since, and to be made again: ")
