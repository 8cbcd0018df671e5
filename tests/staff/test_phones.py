"""The key of a phone is shown to the person who sets it up, and to nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from staff import second_factor as factor
from staff.models import Phone
from tests.campaigns.cms.conftest import make_user
from tests.staff.conftest import account_data, code, enters, sign_in
from tests.staff.test_second_factor import SET_UP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


def shown(client: Client) -> str:
    """The key on the page."""
    return client.get(SET_UP).context["key"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_pages_opened_at_once_show_one_key():
    user = make_user("manager", "Campaign managers")

    def begin(number: int) -> Phone:
        try:
            return factor.begin(user, session="key")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pages:
        shown = set(pages.map(begin, range(16)))

    assert shown == {Phone.objects.get()}


def test_no_other_session_is_shown_the_key(client, manager):
    thief = Client()
    sign_in(thief, manager)
    known = shown(thief)
    sign_in(client, manager)

    theirs = shown(client)
    again = shown(client)

    assert (theirs != known, again) == (True, theirs)
    assert shown(thief) == known
    [mine] = [each for each in Phone.objects.all() if factor.readable_key(each) == theirs]
    client.post(SET_UP, {"code": code(mine)})
    assert enters(client)
    assert (Phone.objects.get(), Phone.objects.get().name) == (mine, "phone")


def test_a_new_password_brings_a_new_key(client, manager, settings):
    settings.SECOND_FACTOR = False
    sign_in(client, manager)
    settings.SECOND_FACTOR = True
    known = shown(client)
    settings.SECOND_FACTOR = False
    good = "a sentence of some length"
    fields = {"old_password": "password", "new_password1": good, "new_password2": good}
    account = account_data(**{f"password-{name}": value for name, value in fields.items()})

    assert client.post("/admin/account/", account).status_code == 302

    settings.SECOND_FACTOR = True
    assert shown(client) != known


def test_what_sessions_of_yesterday_left_goes(manager):
    left = factor.begin(manager, session="yesterday's")
    Phone.objects.update(created_at=timezone.now() - timedelta(days=1))

    factor.begin(manager, session="today's")

    assert not Phone.objects.filter(pk=left.pk).exists()


def test_another_phone_takes_the_place_of_the_first(client, manager, phone):
    old = phone(manager)
    sign_in(client, manager, code=code(old))

    client.get(SET_UP)
    client.post(SET_UP, {"code": code(Phone.objects.get(confirmed=False))})

    assert Phone.objects.exclude(pk=old.pk).get().confirmed
    assert not Phone.objects.filter(pk=old.pk).exists()
    assert enters(client)
