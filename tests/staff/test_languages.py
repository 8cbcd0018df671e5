"""Staff sign in in their own language: that of the browser, and then that of their account."""

import pytest
from django.contrib.messages import get_messages
from django.utils import translation
from django.utils.translation import gettext
from wagtail.users.models import UserProfile

from tests.staff.conftest import INSIDE, LOGIN, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru", "Код второго шага"),
        ("ar", "ar", "رمز الخطوة الثانية"),
        ("ja", "en", "Code of the second step"),
        ("", "en", "Code of the second step"),
        ("x" * 5000, "en", "Code of the second step"),
    ],
)
def test_the_door_speaks_the_language_of_the_browser(client, asked, language, said):
    response = client.get(LOGIN, headers={"accept-language": asked})

    assert said in response.content.decode()
    assert (response["Content-Language"], response["Cache-Control"]) == (
        language,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )


def test_whoever_has_given_their_password_reads_the_language_of_their_account(client, manager):
    profile = UserProfile.get_for_user(manager)
    profile.preferred_language = "de"
    profile.save()

    sign_in(client, manager)
    page = client.get("/admin/second-factor/set-up/", headers={"accept-language": "fr"})

    assert "Richten Sie Ihren zweiten Schritt ein" in page.content.decode()


@pytest.mark.parametrize(("chosen", "kept"), [("", "fr"), ("de", "de")])
def test_the_language_of_the_browser_becomes_that_of_an_account_without_one(
    client, manager, chosen, kept
):
    UserProfile.objects.create(user=manager, preferred_language=chosen)
    data = {"username": manager.username, "password": "password"}

    client.post(LOGIN, data, headers={"accept-language": "fr-CA,fr;q=0.9"})

    with translation.override("en"):  # as in the worker, which sends emails
        profile = UserProfile.objects.get(user=manager)
        assert profile.get_preferred_language() == kept


def test_the_whole_cms_speaks_the_language_of_the_account(client, manager, settings):
    """Not only within Wagtail's views: also where it refuses, and where nothing is found."""
    settings.SECOND_FACTOR = False
    UserProfile.objects.create(user=manager, preferred_language="ru")
    client.force_login(manager)
    asked = {"accept-language": "de"}

    found = client.get(INSIDE, headers=asked)
    missing = client.get("/admin/pages/0/edit/", headers=asked)
    refused = client.get("/admin/users/", headers=asked)
    client.handler.enforce_csrf_checks = True
    unsigned = client.post("/admin/account/", headers=asked)

    answers = (found, missing, refused, unsigned)
    assert [each.status_code for each in answers] == [200, 404, 302, 403]
    assert [each["Content-Language"] for each in answers] == ["ru"] * 4
    assert 'lang="ru"' in missing.content.decode()
    with translation.override("ru"):
        sorry = gettext("Sorry, you do not have permission to access this area.")
    assert [str(each).strip() for each in get_messages(refused.wsgi_request)] == [sorry]


def test_public_pages_do_not_ask_the_browser(client):
    page = client.get("/petitions/nothing/", headers={"accept-language": "ru"})

    assert page["Content-Language"] == "en"
