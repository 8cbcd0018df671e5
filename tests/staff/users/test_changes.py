"""Each change of how somebody signs in, and of what they may do, is logged and told to them."""

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils.http import urlsafe_base64_encode
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import ModelLogEntry

from tests.campaigns.cms.conftest import make_user
from tests.staff.conftest import account_data, enters
from tests.staff.users.conftest import edit, in_bulk

pytestmark = pytest.mark.django_db

GOOD = "a sentence of some length"


def logged(user: User) -> list[tuple[str, str]]:
    """What the log says about a user, with the name of who did it; the oldest first."""
    kind = ContentType.objects.get_for_model(User)
    found = ModelLogEntry.objects.filter(content_type=kind, object_id=str(user.pk))
    return [(each.action, each.user.username) for each in found.order_by("timestamp", "pk")]


def told() -> list[str]:
    return [str(job.args["what"]) for job in ProcrastinateJob.objects.order_by("pk")]


def test_what_an_administrator_changes_is_logged_and_told(administrator, manager):
    edit(administrator, manager, is_superuser="on", groups=[])
    edit(administrator, manager, password1=GOOD, password2=GOOD)
    edit(administrator, manager, email="other@example.org")
    edit(administrator, manager, username="grace", first_name="Grace")
    edit(administrator, manager, is_superuser="", is_active="")
    edit(administrator, manager, is_active="on")

    edited = ("wagtail.edit", "admin")
    assert logged(manager) == [
        edited,
        ("staff.made_administrator", "admin"),
        ("staff.groups_changed", "admin"),
        edited,
        ("staff.password_changed", "admin"),
        edited,
        ("staff.email_changed", "admin"),
        edited,
        ("staff.renamed", "admin"),
        edited,
        ("staff.deactivated", "admin"),
        ("staff.no_administrator", "admin"),
        edited,
        ("staff.activated", "admin"),
    ]
    assert told() == [
        *("rights_changed", "password_changed", "email_changed"),
        *("renamed", "rights_changed"),
    ]


def test_who_has_no_name_can_lose_their_groups_and_be_deactivated(administrator, manager):
    """`createsuperuser` asks for no name, and a provider of SSO may tell none."""
    User.objects.filter(pk=manager.pk).update(first_name="", last_name="")

    edit(administrator, manager, groups=[], is_active="")

    manager.refresh_from_db()
    assert (manager.is_active, manager.groups.count()) == (False, 0)


def test_a_new_administrator_is_logged(administrator):
    fields = {"first_name": "Ada", "last_name": "Lovelace", "password1": GOOD, "password2": GOOD}
    who = {"username": "second", "email": "second@example.org", "is_superuser": "on"}

    administrator.post("/admin/users/new/", fields | who)

    second = User.objects.get(username="second")
    assert logged(second) == [
        ("wagtail.create", "admin"),
        ("staff.made_administrator", "admin"),
    ]


def test_bulk_actions_are_logged_and_told(administrator, manager):
    editors = Group.objects.get(name="Editors")

    in_bulk(administrator, "assign_role", manager, role=editors.pk)
    in_bulk(administrator, "set_active_state", manager, mark_as_active="False")
    in_bulk(administrator, "set_active_state", manager, mark_as_active="True")
    in_bulk(administrator, "delete", manager)

    assert not User.objects.filter(pk=manager.pk).exists()
    assert logged(manager) == [
        ("staff.groups_changed", "admin"),
        ("staff.deactivated", "admin"),
        ("staff.activated", "admin"),
        ("wagtail.delete", "admin"),
    ]
    assert told() == ["rights_changed"]


def test_ones_own_changes_are_logged_and_told(client, manager):
    client.force_login(manager)
    passwords = {"old_password": "password", "new_password1": GOOD, "new_password2": GOOD}

    client.post(
        "/admin/account/",
        account_data() | {f"password-{name}": value for name, value in passwords.items()},
    )

    manager.refresh_from_db()
    assert (manager.email, manager.check_password(GOOD)) == ("ada@example.org", True)
    assert logged(manager) == [
        ("staff.email_changed", "manager"),
        ("staff.password_changed", "manager"),
        ("wagtail.edit", "manager"),
    ]
    assert told() == ["email_changed", "password_changed"]
    assert enters(client)


def test_a_password_that_was_forgotten_is_logged_and_told(client, manager):
    name = urlsafe_base64_encode(str(manager.pk).encode())
    token = default_token_generator.make_token(manager)
    form = client.get(f"/admin/password_reset/confirm/{name}/{token}/")["Location"]

    client.post(form, {"new_password1": GOOD, "new_password2": GOOD})

    manager.refresh_from_db()
    assert manager.check_password(GOOD)
    assert logged(manager) == [("staff.password_changed", "manager")]
    assert told() == ["password_changed"]


def test_the_history_of_a_user_says_what_was_changed(administrator, manager):
    edit(administrator, manager, is_superuser="on")

    history = administrator.get(f"/admin/users/history/{manager.pk}/").content.decode()

    assert "Made an administrator" in history


def test_a_form_with_a_mistake_is_neither_logged_nor_told(administrator, manager):
    edit(administrator, manager, is_superuser="on", password1=GOOD, password2="other")

    assert (logged(manager), told()) == ([], [])


def test_nobody_is_told_what_did_not_change(administrator, manager):
    colleague = make_user("colleague", "Editors")

    edit(administrator, manager)
    edit(administrator, colleague, last_name="Hopper")
    in_bulk(administrator, "assign_role", colleague, role=colleague.groups.get().pk)

    assert (told(), Client().get("/admin/").status_code) == ([], 302)


def test_an_email_address_belongs_to_one_active_account(client, administrator, manager):
    colleague = make_user("colleague", "Editors")
    client.force_login(manager)
    hers = {"email": "Colleague@example.org"}
    new = {"username": "second", "first_name": "Ada", "last_name": "Lovelace"}

    refused = [
        client.post("/admin/account/", account_data() | {"name_email-email": hers["email"]}),
        edit(administrator, manager, **hers),
        administrator.post(
            "/admin/users/new/", hers | new | {"password1": GOOD, "password2": GOOD}
        ),
    ]
    edit(administrator, colleague, is_active="")
    edit(administrator, manager, **hers)
    refused.append(edit(administrator, colleague, is_active="on"))
    in_bulk(administrator, "set_active_state", colleague, mark_as_active="True")
    told_in_bulk = administrator.get("/admin/users/").content.decode()
    colleague.refresh_from_db()
    was_activated = colleague.is_active
    User.objects.filter(pk=colleague.pk).update(is_active=True)
    edit(administrator, colleague, last_name="Hopper")

    assert all("must belong to one account alone" in each.content.decode() for each in refused)
    assert (was_activated, "with another active account: colleague" in told_in_bulk) == (
        False,
        True,
    )
    users = User.objects.order_by("username").values_list("username", "email", "last_name")
    assert list(users) == [
        ("admin", "admin@example.org", ""),
        ("colleague", "colleague@example.org", "Hopper"),
        ("manager", "Colleague@example.org", ""),
    ]
