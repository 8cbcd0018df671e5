"""Guessing passwords is stopped soon, and what is stored about it reveals little."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staff.models import Phone
from tests.campaigns.cms.conftest import make_user
from tests.staff.conftest import LOGIN, code, sign_in

pytestmark = pytest.mark.django_db

HOME, CAFE = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def one_proxy(settings) -> None:
    settings.TRUSTED_PROXIES = 1


def at(network: str) -> Client:
    """A client in this network, who sends our proxy a forged X-Forwarded-For."""
    forwarded = f"192.0.2.1, {network}"
    return Client(headers={"X-Forwarded-For": forwarded, "User-Agent": "Canary browser"})


def fail(network: str, user: User, times: int = 5, **fields: str):
    for _ in range(times):
        wrong = {"username": user.username, "password": "wrong"} | fields
        response = at(network).post(LOGIN, wrong)
    return response


def test_five_wrong_passwords_shut_the_door_kindly(manager):
    fourth, fifth = fail(HOME, manager, 4), fail(HOME, manager, 1)

    right = sign_in(at(HOME), manager)

    assert [page.status_code for page in (fourth, fifth, right)] == [200, 429, 429]
    assert "Nobody there can sign in to it for a quarter of an hour" in right.content.decode()


def test_it_is_shut_to_that_network_and_that_account_alone(manager):
    fail(HOME, manager)
    other = User.objects.create_user("other", password="password")

    assert sign_in(at(CAFE), manager).status_code == 302
    assert sign_in(at(HOME), other).status_code == 302


def test_it_opens_again_by_itself_and_trying_meanwhile_does_not_put_it_off(manager):
    fail(HOME, manager)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert sign_in(at(HOME), manager).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert sign_in(at(HOME), manager).status_code == 302


def test_who_comes_in_starts_afresh(manager):
    fail(HOME, manager, 4)
    sign_in(at(HOME), manager)

    assert fail(HOME, manager, 4).status_code == 200


@pytest.mark.usefixtures("second_factor")
def test_wrong_codes_shut_it_too(manager, phone):
    device = phone(manager)
    for _ in range(5):
        type(device).objects.update(throttling_failure_timestamp=None)
        fail(HOME, manager, 1, password="password", code="000000")
    type(device).objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)

    response = sign_in(at(HOME), manager, code=code(device))

    assert response.status_code == 429


@pytest.mark.usefixtures("second_factor")
def test_nobody_keeps_the_owner_waiting_for_hours(manager, phone):
    device = phone(manager)
    long_ago = timezone.now() - timedelta(days=1)
    Phone.objects.update(throttling_failure_count=15, throttling_failure_timestamp=long_ago)
    fail(CAFE, manager, 1, password="password", code="000000")

    waits = sign_in(at(HOME), manager, code=code(device)).context["form"].errors.as_text()
    Phone.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(minutes=9))

    assert "Please wait 9 minutes, then enter a new one." in waits
    assert sign_in(at(HOME), manager, code=code(device)).status_code == 302


@pytest.mark.usefixtures("second_factor")
def test_an_operator_ends_the_wait_after_wrong_codes_too(manager, phone):
    device, others = phone(manager), phone(User.objects.create_user("other"))
    Phone.objects.update(throttling_failure_count=9, throttling_failure_timestamp=timezone.now())

    call_command("axes_reset_username", manager.username, verbosity=0)

    others.refresh_from_db()
    assert sign_in(at(HOME), manager, code=code(device)).status_code == 302
    assert others.throttling_failure_count == 9


def test_an_operator_opens_it(manager):
    fail(HOME, manager)

    call_command("axes_reset_username", manager.username, verbosity=0)

    assert sign_in(at(HOME), manager).status_code == 302


@pytest.mark.usefixtures("second_factor")
def test_an_administrator_opens_it_in_the_cms(client, manager, phone):
    device, administrator = phone(manager), make_user("admin", is_superuser=True)
    Phone.objects.update(throttling_failure_count=9, throttling_failure_timestamp=timezone.now())
    fail(HOME, manager)
    sign_in(client, administrator, code=code(phone(administrator)))
    path = f"/admin/users/{manager.pk}/let-in/"

    listed = client.get("/admin/users/").content.decode()
    asked = client.get(path)
    still = sign_in(at(HOME), manager, code=code(device))
    said = client.post(path, follow=True).context["messages"]

    assert path in listed
    assert f"/admin/users/{administrator.pk}/let-in/" not in listed
    assert (asked.status_code, still.status_code) == (200, 429)
    assert [str(each) for each in said] == ["manager can try to sign in again at once."]
    assert sign_in(at(HOME), manager, code=code(device)).status_code == 302
    entry = ModelLogEntry.objects.get(action="staff.lockout_ended")
    assert (entry.object_id, entry.user) == (str(manager.pk), administrator)


def test_neither_network_nor_browser_nor_password_is_kept(manager, caplog):
    fail(HOME, manager, 2, password="canary password", code="123456")
    sign_in(at(HOME), manager)
    fail(CAFE, manager, 1, password="canary password")

    rows = [*AccessAttempt.objects.values(), *AccessLog.objects.values()]
    kept = str(rows) + str(list(AccessFailureLog.objects.values())) + caplog.text
    assert len(rows) == 1
    for canary in (CAFE, HOME, "192.0.2.1", "anary", "123456"):
        assert canary not in kept
    assert ip_address(rows[0]["ip_address"]) in ip_network("fd00::/8")


def test_the_same_network_is_another_the_next_day(manager, monkeypatch):
    fail(HOME, manager, 1)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("staff.lockout.timezone.now", lambda: tomorrow)

    fail(HOME, manager, 1)

    assert len(set(AccessAttempt.objects.values_list("ip_address", flat=True))) == 2


def test_failed_tries_are_forgotten_after_a_day(manager):
    fail(HOME, manager, 1)
    fail(CAFE, manager, 1)
    first = AccessAttempt.objects.earliest("pk")
    AccessAttempt.objects.filter(pk=first.pk).update(
        attempt_time=timezone.now() - timedelta(hours=25)
    )

    call_command("delete_login_attempts", verbosity=0)

    assert AccessAttempt.objects.exclude(pk=first.pk).count() == AccessAttempt.objects.count() == 1
