"""Users who were deactivated stay locked out."""

import pytest
from django.test import Client

from tests.campaigns.cms.conftest import make_user
from tests.staff.conftest import enters, sign_in
from tests.staff.users.conftest import edit, in_bulk

pytestmark = pytest.mark.django_db


def test_who_is_active_again_has_to_sign_in_again(client, administrator, manager):
    sign_in(client, manager)

    edit(administrator, manager, is_active="")
    edit(administrator, manager, is_active="on")

    manager.refresh_from_db()
    assert (manager.is_active, enters(client), enters(administrator)) == (True, False, True)


def test_so_has_who_was_deactivated_with_others(client, administrator, manager):
    sign_in(client, manager)

    in_bulk(administrator, "set_active_state", manager, mark_as_active="False")
    in_bulk(administrator, "set_active_state", manager, mark_as_active="True")

    manager.refresh_from_db()
    assert (manager.is_active, enters(client), enters(administrator)) == (True, False, True)


def test_who_was_active_all_the_time_stays_signed_in(client, administrator, manager):
    sign_in(client, manager)

    edit(administrator, manager, first_name="Grace")
    in_bulk(administrator, "set_active_state", manager, mark_as_active="True")

    assert enters(client)


def test_a_form_that_was_opened_before_brings_nobody_back(administrator, manager):
    form = administrator.get(f"/admin/users/edit/{manager.pk}/").context["form"]
    old = {
        "username": "manager",
        "email": manager.email,
        "first_name": "Grace",
        "last_name": "Hopper",
        "groups": [group.pk for group in manager.groups.all()],
        "is_active": "on",
        "seen": form["seen"].value(),
    }
    colleague = Client()
    colleague.force_login(make_user("colleague", is_superuser=True))
    edit(colleague, manager, is_active="", groups=[])

    refused = administrator.post(f"/admin/users/edit/{manager.pk}/", old)

    manager.refresh_from_db()
    assert (manager.is_active, manager.first_name, manager.groups.count()) == (False, "", 0)
    assert "The account was changed after you opened this form." in refused.content.decode()
    assert f'value="{refused.context["form"]["seen"].value()}"' in refused.content.decode()
    again = old | {"seen": refused.context["form"]["seen"].value()}
    assert administrator.post(f"/admin/users/edit/{manager.pk}/", again).status_code == 302
