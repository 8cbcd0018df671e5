"""A user who may see signatures, and the codes of their phone."""

import time
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import TOTP

from staff.models import Phone
from tests.campaigns.cms.conftest import make_user

LOGIN = "/admin/login/"
# Behind the same doors as each page of the CMS, and far smaller than the dashboard.
INSIDE = "/admin/choose-external-link/"


def code(device: Phone, *, steps: int = 0) -> str:
    """The code that the app shows, now or `steps` half minutes later: each code works once."""
    clock = TOTP(device.bin_key)
    clock.time = time.time() + 30 * steps
    return f"{clock.token():06d}"


def sign_in(client: Client, user: User, **fields: str):
    return client.post(LOGIN, {"username": user.username, "password": "password", **fields})


def sign_in_with_code(client: Client, user: User, device: Phone, **fields: str) -> None:
    """Sign in with the code that the app shows. The test may use the same code once more."""
    sign_in(client, user, code=code(device), **fields)
    Phone.objects.filter(pk=device.pk).update(last_t=-1)


def enters(client: Client) -> bool:
    """Whether the client gets into the CMS."""
    return client.get(INSIDE).status_code == 200


@pytest.fixture
def second_factor(settings) -> None:
    settings.SECOND_FACTOR = True


@pytest.fixture
def manager(db) -> User:
    return make_user("manager", "Campaign managers")


@pytest.fixture
def phone() -> Callable[[User], Phone]:
    """A function that gives a user a phone that is set up."""
    return lambda user: Phone.objects.create(user=user, name="phone")


def account_data(**fields: str) -> dict[str, str]:
    """The form data of the page for one's own account."""
    return {
        "name_email-first_name": "Ada",
        "name_email-last_name": "Lovelace",
        "name_email-email": "ada@example.org",
        "name_email-current_password": "password",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "locale-preferred_language": "",
        "locale-current_time_zone": "",
    } | fields
