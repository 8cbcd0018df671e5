"""What the settings switch on and off, and what there is never."""

import pytest
import requests
from django.conf import settings as site_settings
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from tests.campaigns.cms.conftest import make_user
from tests.factories import make_campaign
from tests.staff.conftest import LOGIN
from tests.staff.sso.conftest import ANSWER, BEGIN, SECOND_STEP

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:.*get_jwt_config:DeprecationWarning"),  # the provider's own
]


def test_without_a_provider_nothing_of_it_is_there(client, settings):
    settings.SSO_ISSUER = ""

    page = client.get(LOGIN).content.decode()

    assert BEGIN not in page
    assert [client.get(each).status_code for each in (BEGIN, ANSWER, SECOND_STEP)] == [404] * 3


def test_a_provider_that_is_silent_is_not_waited_for_again_at_once(client, settings, monkeypatch):
    asked = []

    def ask(self: requests.Session, url: str, **options: object) -> None:
        asked.append(url)
        raise requests.ConnectTimeout

    settings.SSO_ISSUER = "http://silent.example.org"
    monkeypatch.setattr(requests.Session, "get", ask)

    answers = [client.get(BEGIN).status_code for _ in range(3)]

    assert (answers, len(asked)) == ([302] * 3, 1)
    cache.clear()  # as ten seconds do
    client.get(BEGIN)
    assert len(asked) == 2


def test_no_page_of_django_allauth_can_be_reached(client):
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert not [name for name in names if name.startswith(("account_", "socialaccount_", "openid"))]
    for path in ("accounts/login/", "accounts/signup/", "accounts/email/", "3rdparty/"):
        assert client.get(f"/{path}").status_code == 404, path
    assert "allauth" not in " ".join(site_settings.MIDDLEWARE)


def test_a_reader_gets_no_cookie_and_asks_the_provider_nothing(client, settings):
    settings.SSO_ISSUER = "http://localhost:9"  # nobody is there

    response = client.get(make_campaign().url)

    assert (response.status_code, dict(response.cookies)) == (200, {})


def test_the_button_says_what_the_setting_says_and_keeps_the_way(client, settings):
    plain = client.get(LOGIN).content.decode()
    settings.SSO_LABEL = "Sign in with <Riverkeepers>"
    page = client.get(f"{LOGIN}?next=/admin/signatures/").content.decode()

    assert "Sign in with your organisation" in plain
    assert "Sign in with &lt;Riverkeepers&gt;" in page
    assert f'href="{BEGIN}?next=/admin/signatures/"' in page


def test_passwords_can_be_switched_off(client, settings):
    settings.SSO_ONLY = True
    user = make_user("manager", "Campaign managers")

    page = client.get(LOGIN).content.decode()
    response = client.post(LOGIN, {"username": user.username, "password": "password"})

    assert 'type="password"' not in page
    assert "Here nobody signs in with a password." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_attempt_with_a_password_tells_nothing_where_there_are_none(settings):
    settings.SSO_ONLY = True
    make_user("manager", "Campaign managers")

    right, wrong = (
        Client().post(LOGIN, {"username": "manager", "password": each}).context["form"].errors
        for each in ("password", "x")
    )

    assert right == wrong
