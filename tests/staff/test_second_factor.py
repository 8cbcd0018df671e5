"""A password alone gives no access to signatures."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from wagtail.models import Collection, GroupCollectionPermission, ModelLogEntry

from staff import sealing
from staff import second_factor as factor
from staff.models import Phone
from tests.campaigns.cms.conftest import make_team, make_user
from tests.factories import make_campaign
from tests.staff.conftest import LOGIN, code, enters, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]

SET_UP = "/admin/second-factor/set-up/"
OVERVIEW = "/admin/second-factor/"
WRONG = "This code is wrong, has expired or was used already."


def where(response) -> tuple[int, str]:
    return response.status_code, response.get("Location", "")


def test_a_password_alone_leads_to_where_the_phone_is_set_up(client, manager):
    sign_in(client, manager)

    assert where(client.get("/admin/")) == (302, SET_UP)
    assert where(client.get("/admin/signatures/")) == (302, SET_UP)
    assert client.get(SET_UP).status_code == 200


def test_the_phone_is_set_up_with_a_code_of_it(client, manager):
    sign_in(client, manager)
    page = client.get(SET_UP).content.decode()
    device = Phone.objects.get(user=manager)

    wrong = client.post(SET_UP, {"code": "000000"})
    entered_before = enters(client)
    Phone.objects.update(throttling_failure_count=0)
    right = client.post(SET_UP, {"code": code(device)})

    assert factor.readable_key(device) in page
    assert "This code is wrong" in wrong.content.decode()
    assert (entered_before, enters(client)) == (False, True)
    shown = right.context["codes"]
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert all(shown_code in right.content.decode() for shown_code in shown)
    assert {sealing.code_digests(shown_code)[0] for shown_code in shown} == kept
    assert len(kept) == 10


def test_the_code_is_asked_for_once_the_password_is_right(client, manager, phone):
    device = phone(manager)

    asked = sign_in(client, manager)
    entered = sign_in(client, manager, code=code(device))

    assert asked.status_code == 200
    assert "Please enter the code from your app" in asked.content.decode()
    assert "_auth_user_id" in client.session
    assert where(entered) == (302, "/admin/")
    assert enters(client)


def test_a_wrong_password_does_not_tell_that_there_is_a_phone(client, manager, phone):
    phone(manager)

    response = client.post(LOGIN, {"username": "manager", "password": "x", "code": "123456"})

    assert set(response.context["form"].errors) == {"__all__"}


def test_a_code_works_once(client, manager, phone):
    device = phone(manager)
    used = code(device)
    sign_in(Client(), manager, code=used)

    response = sign_in(client, manager, code=used)

    assert WRONG in response.context["form"].non_field_errors()[0]
    assert not enters(client)


def test_a_backup_code_works_once_and_may_be_typed_loosely(client, manager, phone):
    phone(manager)
    first, *others = factor.renew_backup_codes(manager)

    sign_in(client, manager, code=f" {first[:4].upper()} {first[4:]}")
    again = Client()
    sign_in(again, manager, code=first)

    assert (enters(client), enters(again)) == (True, False)
    assert factor.backup_codes_left(manager) == len(others)


def test_guessing_codes_is_slowed_down(client, manager, phone):
    device = phone(manager)
    for _ in range(3):
        Phone.objects.update(throttling_failure_timestamp=None)
        sign_in(client, manager, code="000000")

    response = sign_in(client, manager, code=code(device))

    assert "There were too many wrong codes. Please wait 4 seconds" in response.content.decode()
    assert not enters(client)


def test_wrong_app_codes_do_not_shut_the_backup_codes(client, manager, phone):
    phone(manager)
    first, *_ = factor.renew_backup_codes(manager)
    sign_in(client, manager, code="000000")

    sign_in(client, manager, code=first)

    assert enters(client)


@pytest.mark.parametrize("right", ["view", "export", "moderate", "delete"])
def test_whoever_has_a_right_over_signatures_needs_it(right):
    make_team("Team", Collection.get_first_root_node(), f"{right}_signatures")

    assert factor.is_needed(make_user("member", "Team"))


@pytest.mark.parametrize("power", ["add_user", "change_group", "view_listentry"])
def test_whoever_could_come_to_see_personal_data_needs_it(power):
    Group.objects.create(name="Team").permissions.add(Permission.objects.get(codename=power))

    assert factor.is_needed(make_user("member", "Team"))


def test_whoever_moves_collections_and_so_shows_them_to_others_needs_it():
    group, root = Group.objects.create(name="Team"), Collection.get_first_root_node()
    right = Permission.objects.get(codename="change_collection")
    GroupCollectionPermission.objects.create(group=group, collection=root, permission=right)

    assert factor.is_needed(make_user("member", "Team"))


def test_who_sees_no_signatures_needs_none_but_uses_what_they_have(client, phone):
    make_team("Writers", Collection.get_first_root_node(), "add", "change")
    writer = make_user("writer", "Writers")
    sign_in(client, writer)
    assert (factor.is_needed(writer), enters(client)) == (False, True)

    phone(writer)

    assert not enters(client)


def test_somebody_at_the_door_cannot_replace_the_phone_of_somebody_inside(client, manager, phone):
    sign_in(client, manager)
    device = phone(manager)

    response = client.post(SET_UP, {"code": "000000"})

    assert where(response) == (302, LOGIN)
    assert list(Phone.objects.filter(user=manager, confirmed=True)) == [device]
    assert "_auth_user_id" not in client.session


def test_new_backup_codes_replace_the_old_ones(client, manager, phone):
    phone(manager)
    old = set(factor.renew_backup_codes(manager))
    sign_in(client, manager, code=old.pop())
    assert "9 backup codes left" in client.get(OVERVIEW).content.decode()

    client.post(OVERVIEW)

    assert "10 backup codes left" in client.get(OVERVIEW).content.decode()
    assert ModelLogEntry.objects.filter(action="staff.backup_codes_replaced").count() == 1
    assert factor.backup_codes_left(manager) == 10
    for each in old:
        StaticDevice.objects.update(throttling_failure_count=0)
        with pytest.raises(factor.WrongCode):
            factor.verify(manager, each)


def test_an_administrator_takes_away_what_is_lost(client, manager, phone):
    device = phone(manager)
    factor.renew_backup_codes(manager)
    theirs = Client()
    sign_in(theirs, manager, code=code(device))
    administrator = make_user("admin", is_superuser=True)
    sign_in(client, administrator, code=code(phone(administrator)))
    address = f"/admin/users/{manager.pk}/second-factor/"
    assert address in client.get("/admin/users/").content.decode()
    assert client.get(address).status_code == 200

    client.post(address)

    assert not Phone.objects.filter(user=manager).exists()
    assert not StaticDevice.objects.filter(user=manager).exists()
    assert where(theirs.get("/admin/")) == (302, f"{LOGIN}?next=/admin/")
    assert where(theirs.get(SET_UP)) == (302, f"{LOGIN}?next={SET_UP}")


def test_an_operator_takes_away_that_of_the_last_administrator(client, manager, phone):
    device = phone(manager)
    sign_in(client, manager, code=code(device))

    call_command("reset_second_factor", "manager", stdout=StringIO())

    assert not Phone.objects.exists()
    assert where(client.get(SET_UP)) == (302, f"{LOGIN}?next={SET_UP}")
    with pytest.raises(CommandError, match="no account with this name"):
        call_command("reset_second_factor", "nobody")


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("Campaign managers", "them will set up a new second step at the next sign-in."),
        ("Writers", "them needs no second step, and can sign in without one."),
    ],
)
def test_what_follows_is_said(client, phone, group, said):
    make_team("Writers", Collection.get_first_root_node(), "add", "change")
    user = make_user("them", group)
    phone(user)
    administrator = make_user("admin", is_superuser=True)
    sign_in(client, administrator, code=code(phone(administrator)))
    address = f"/admin/users/{user.pk}/second-factor/"

    before = client.get(address).content.decode()
    [message] = client.post(address, follow=True).context["messages"]

    assert str(message).strip() == said
    assert ("sees nothing until then" in before) == (group == "Campaign managers")
    assert (said in before) == (group == "Writers")


def test_nobody_takes_away_that_of_who_may_do_more(client, phone):
    administrator = make_user("admin", is_superuser=True)
    device = phone(administrator)
    rights = Permission.objects.filter(codename__in=["access_admin", "change_user"])
    Group.objects.create(name="Clerks").permissions.set(rights)
    clerk = make_user("clerk", "Clerks")
    sign_in(client, clerk, code=code(phone(clerk)))

    response = client.post(f"/admin/users/{administrator.pk}/second-factor/")

    assert where(response) == (302, "/admin/")
    assert Phone.objects.filter(pk=device.pk).exists()


def test_there_is_no_other_door(client):
    response = client.get("/_util/login/?next=/admin/")

    assert where(response) == (302, f"{LOGIN}?next=/admin/")


def test_at_the_door_public_pages_are_those_of_everybody(client, manager):
    address = make_campaign().url
    sign_in(client, manager)

    text = client.get(address).content.decode()

    assert "wagtail-userbar" not in text
    administrator = Client()
    administrator.force_login(make_user("writer", is_superuser=True))
    assert "wagtail-userbar" not in administrator.get(address).content.decode()


def test_whoever_stands_at_the_door_can_leave(client, manager):
    sign_in(client, manager)

    response = client.post("/admin/leave/")

    assert where(response) == (302, LOGIN)
    assert "_auth_user_id" not in client.session


def test_where_it_is_off_nobody_is_asked(client, manager, phone, settings):
    settings.SECOND_FACTOR = False
    phone(manager)

    sign_in(client, manager)

    assert enters(client)
    assert client.get(SET_UP).status_code == 404
    assert 'name="code"' not in Client().get(LOGIN).content.decode()


def test_backup_codes_are_not_shown_again(client, manager, phone):
    device = phone(manager)
    sign_in(client, manager, code=code(device))

    first = client.post(OVERVIEW).context["codes"]

    again = client.get(OVERVIEW).content.decode()
    assert (len(first), [each for each in first if each in again]) == (10, [])
