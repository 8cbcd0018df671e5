"""The sample of a look, which follows what is typed in the CMS before it is saved."""

import re

import pytest

from home.identity.look import Look
from home.models import Identity
from tests.factories import make_home

pytestmark = pytest.mark.django_db
SAMPLE = "/_util/look/"


@pytest.fixture
def identity() -> Identity:
    return Identity.objects.create(site=make_home().get_site(), name="Rivers First")


def test_for_the_public_there_is_no_sample(client, identity):
    assert client.get(SAMPLE).status_code == 404


def test_the_sample_has_what_the_form_says_and_nothing_is_saved(admin_client, identity):
    query = {"colour": "0B5D3B", "second_colour": "#ff8800"}

    response = admin_client.get(SAMPLE, query)

    text = response.content.decode()
    assert Look("#0b5d3b", "#ff8800").url in text
    assert "Rivers First" in text
    assert re.findall(r'<style| style="| on\w+="', text) == []
    assert (response["X-Frame-Options"], response["Cache-Control"]) == (
        "SAMEORIGIN",
        "private, no-store",
    )
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    identity.refresh_from_db()
    assert identity.colour == ""


@pytest.mark.parametrize("typed", ["#0b", "red", "\0", '"><b>', "é" * 5000])
def test_what_is_no_colour_yet_shows_the_default(admin_client, identity, typed):
    response = admin_client.get(SAMPLE, {"colour": typed})

    assert response.status_code == 200
    assert "/look/" not in response.content.decode()


@pytest.mark.parametrize(
    ("scheme", "shown"), [("light", "light"), ("dark", "dark"), ("x", "light")]
)
def test_the_sample_is_light_or_dark_as_it_is_asked_for(admin_client, identity, scheme, shown):
    text = admin_client.get(SAMPLE, {"scheme": scheme}).content.decode()

    assert f'class="styleguide-{shown} sample"' in text


def test_the_sample_says_what_was_derived(admin_client, identity):
    text = admin_client.get(SAMPLE, {"colour": "#ffff00", "second_colour": "#000"}).content.decode()

    said = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text)
    assert dict(said)["Headings and links"] == "#737300, in the dark #ffff00"


def test_the_form_has_a_text_box_and_a_picker_that_is_not_sent(admin_client, identity):
    Identity.objects.update(colour="#0b5d3b")

    text = admin_client.get(f"/admin/settings/home/identity/{identity.site_id}/").content.decode()

    box, second = re.findall(r'<input type="text" name="(?:second_)?colour".*?>', text)
    picker, other = re.findall(r'<input type="color".*?>', text)
    assert 'value="#0b5d3b"' in box
    assert "value" not in second
    assert 'value="#0b5d3b"' in picker
    assert 'value="#ff5a2b"' in other
    assert " name=" not in picker
    assert " hidden" in picker
