"""Staff who manage accounts cannot make themselves administrators."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from tests.campaigns.cms.conftest import make_user

pytestmark = pytest.mark.django_db

GOOD = "a sentence of some length"


@pytest.fixture
def clerk(client) -> Client:
    """A user who may manage all accounts, and is not an administrator."""
    rights = [f"{action}_user" for action in ("add", "change", "delete")]
    team = Group.objects.create(name="Clerks")
    team.permissions.set(Permission.objects.filter(codename__in=["access_admin", *rights]))
    client.force_login(make_user("clerk", "Clerks"))
    return client


@pytest.fixture
def administrator(db) -> User:
    return make_user("admin", is_superuser=True)


def data(name: str, **fields: str) -> dict[str, str]:
    """The form data of an account, with every field that an attacker may add."""
    return {
        "username": name,
        "email": f"{name}@example.org",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "password1": GOOD,
        "password2": GOOD,
        "is_active": "on",
        "is_superuser": "on",
    } | fields


def test_an_account_that_they_make_is_no_administrator(clerk):
    box = clerk.get("/admin/users/new/").context["form"]["is_superuser"]

    clerk.post("/admin/users/new/", data("new"))

    assert (box.field.disabled, bool(box.value())) == (True, False)
    assert User.objects.get(username="new").check_password(GOOD)
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_account_that_they_change_does_not_become_one(clerk):
    colleague = make_user("colleague", "Clerks")

    clerk.post(f"/admin/users/edit/{colleague.pk}/", data("colleague"))

    colleague.refresh_from_db()
    assert (colleague.email, colleague.is_superuser) == ("colleague@example.org", False)


def test_they_neither_change_nor_delete_an_administrator(clerk, administrator):
    before = User.objects.filter(pk=administrator.pk).values().get()
    many = f"?id={administrator.pk}&next=/admin/users/"
    posts = {
        f"/admin/users/edit/{administrator.pk}/": data("admin"),
        f"/admin/users/copy/{administrator.pk}/": data("admin"),  # there is no such page
        f"/admin/users/delete/{administrator.pk}/": {},
        f"/admin/bulk/auth/user/set_active_state/{many}": {"mark_as_active": "false"},
        f"/admin/bulk/auth/user/assign_role/{many}": {"role": Group.objects.first().pk},
        f"/admin/bulk/auth/user/delete/{many}": {},
    }

    page = clerk.get(f"/admin/users/edit/{administrator.pk}/")
    for address, sent in posts.items():
        clerk.post(address, sent)

    assert page.get("Location") == "/admin/"
    assert User.objects.filter(pk=administrator.pk).values().get() == before
    assert not administrator.groups.exists()


def test_administrators_make_others(administrator):
    client = Client()
    client.force_login(administrator)

    client.post("/admin/users/new/", data("second"))
    second = User.objects.get(username="second")
    client.post(f"/admin/users/edit/{second.pk}/", data("second", email="other@example.org"))

    second.refresh_from_db()
    assert (second.is_superuser, second.email) == (True, "other@example.org")
