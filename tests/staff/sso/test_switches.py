"""What the settings switch on and off, and what never happens."""

import threading
import time
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as site_settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from staff.sso import asking
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_campaign
from tests.staff.conftest import LOGIN
from tests.staff.sso.conftest import ANSWER, BEGIN, SECOND_STEP, sign_in

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
    cache.clear()  # as after ten seconds
    client.get(BEGIN)
    assert len(asked) == 2


def test_a_provider_that_answers_byte_by_byte_holds_nobody_for_long(client, settings, monkeypatch):
    monkeypatch.setattr(asking, "LONGEST", 0.3)
    cut = []

    class Drops(StreamRequestHandler):
        def handle(self) -> None:
            try:
                for _ in range(100):
                    self.wfile.write(b"H")
                    time.sleep(0.05)
            except OSError:
                cut.append("in the middle")

    with ThreadingTCPServer(("127.0.0.1", 0), Drops) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.SSO_ISSUER = f"http://localhost:{server.server_address[1]}"
        response = client.get(BEGIN)
        server.shutdown()

    assert (response["Location"], cut) == (LOGIN, ["in the middle"])
    assert "does not answer at the moment" in client.get(LOGIN).content.decode()


LONG = f"{'a' * 50}@{'b' * 60}.{'c' * 60}.example.org"


@pytest.mark.parametrize(
    "email",
    ["ada@example.org", LONG, "x@example.net,y@example.org", "ＡＤＡ@example.org"],
    ids=["a name taken", "too long", "two addresses", "letters that look alike"],
)
def test_no_account_is_made_whose_name_is_anothers_too_long_or_no_email_address(
    client, settings, knows, email
):
    settings.SSO_MAIL_DOMAIN, settings.SSO_CREATES_ACCOUNTS = email.rpartition("@")[2], True
    make_user("ada@example.org")
    User.objects.update(email="another@example.org")

    response = sign_in(client, knows("new", email=email, email_verified=True))

    assert response["Location"] == LOGIN
    assert "There is no active account here" in client.get(LOGIN).content.decode()
    assert client.get("/admin/").status_code == 302
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_no_page_of_django_allauth_can_be_reached(client):
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert not [name for name in names if name.startswith(("account_", "socialaccount_", "openid"))]
    for path in ("accounts/login/", "accounts/signup/", "accounts/email/", "3rdparty/"):
        assert client.get(f"/{path}").status_code == 404, path
    assert "allauth" not in " ".join(site_settings.MIDDLEWARE)


def test_a_reader_gets_no_cookie_and_asks_the_provider_nothing(client, settings):
    settings.SSO_ISSUER = "http://localhost:9"  # nothing listens there

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
    assert "You cannot sign in with a password here." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_attempt_with_a_password_tells_nothing_where_there_are_none(settings):
    settings.SSO_ONLY = True
    make_user("manager", "Campaign managers")

    right, wrong = (
        Client().post(LOGIN, {"username": "manager", "password": each}).context["form"].errors
        for each in ("password", "x")
    )

    assert right == wrong
