"""The key of a phone is shown to the person who sets it up, and to nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staff import second_factor as factor
from staff.forms import SetUpForm
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


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_that_are_finished_at_once_one_stays():
    user = make_user("manager", "Campaign managers")
    phones = [factor.begin(user, session=each) for each in ("home", "office")]

    def finish(phone: Phone) -> list[str]:
        try:
            return factor.finish(phone)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as sessions:
        codes = list(sessions.map(finish, phones))

    [kept] = [phone for phone, its in zip(phones, codes, strict=True) if its]
    left = Phone.objects.values_list("pk", "name", "confirmed")
    assert list(left) == [(kept.pk, "phone", True)]
    assert [event.action for event in ModelLogEntry.objects.all()] == ["staff.second_factor_set_up"]


@pytest.mark.parametrize("is_checked", [True, False])
def test_whoever_finishes_second_signs_in_with_the_first_phone(
    is_checked, client, manager, monkeypatch
):
    """Another session finishes before or after the code of this one is checked."""
    sign_in(client, manager)
    shown(client)
    [mine] = Phone.objects.all()
    other, is_valid = factor.begin(manager, session="other"), SetUpForm.is_valid

    def overtaken(form: SetUpForm) -> bool:
        is_right = is_checked and is_valid(form)
        factor.finish(other)
        return is_right or is_valid(form)

    monkeypatch.setattr(SetUpForm, "is_valid", overtaken)
    client.post(SET_UP, {"code": code(mine)})
    response = client.get(SET_UP, follow=True)

    assert "Please sign in again, with your second step." in response.content.decode()
    assert not enters(client)
    assert list(Phone.objects.values_list("pk", "confirmed")) == [(other.pk, True)]


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
