"""Under script/server, too, a mistyped URL leads to the site's own page."""

import pytest
from django.http import JsonResponse

from config.middleware import NotFoundMiddleware
from tests.campaigns.cms.conftest import make_user

pytestmark = pytest.mark.django_db

LOCALIZED = "/admin/localize/submit/snippet/campaigns/petition/0/"


@pytest.fixture
def developing(settings):
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "config.middleware.NotFoundMiddleware"]


@pytest.mark.parametrize("path", ["/campains/", "/petitions/nothing/", "/robots.text"])
def test_a_mistyped_address_gets_a_page_of_the_site(developing, client, path):
    response = client.get(path)

    text = response.content.decode()
    assert (response.status_code, response["Cache-Control"]) == (404, "private, no-store")
    assert "DEBUG = True" not in text
    assert "Not a drop here" in text


def test_a_slash_that_was_forgotten_is_still_added(developing, client):
    response = client.get("/petitions/river")

    assert (response.status_code, response["Location"]) == (301, "/petitions/river/")


def test_what_answers_in_json_goes_on_doing_so(rf):
    missing = NotFoundMiddleware(lambda request: JsonResponse({}, status=404))

    response = missing(rf.get("/petitions/nothing/count/"))

    assert (response.status_code, response["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize("is_developed", [True, False])
def test_whoever_may_not_see_something_in_the_cms_reads_so_there(is_developed, client, request):
    if is_developed:
        request.getfixturevalue("developing")
    client.force_login(make_user("editor", "Editors"))

    for path in ("/admin/mailings/1/", "/admin/pages/0/edit/", "/admin/nowhere/", LOCALIZED):
        response = client.get(path)

        assert response.status_code == 404
        assert "for which your account has no permissions" in response.content.decode(), path
