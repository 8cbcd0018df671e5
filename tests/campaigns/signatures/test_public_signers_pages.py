"""Where signers are named: on the page, in its language, and not in frames."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from campaigns import caching
from campaigns.models import Petition, Signature
from campaigns.signatures import public_signers
from campaigns.templatetags.petitions import named
from tests.campaigns.signatures.conftest import FIVE, agree
from tests.factories import days_ago, make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_the_page_names_them_with_their_country_in_its_own_language(client, petition):
    make_campaign(petition)
    agree(petition, *FIVE, country="KE")
    public_signers.show()
    for address in (petition.url_path(), "/campaigns/keep-the-river-free/"):
        page = client.get(address).content.decode()

        assert "<bdi>Ada B.</bdi>, Kenya, signed in the past week" in page
        assert "Byron" not in page
    with translation.override("ru"):
        shown = {"name": "Ada B.", "country": "Кения", "signed": "week"}
        assert named(petition)[0] == shown


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (6, "signed in the past week"),
        (8, "signed in the past month"),
        (29, "signed in the past month"),
        (31, "has signed"),
    ],
)
def test_all_who_appear_together_signed_as_long_ago_as_the_first_of_them(
    client, petition, days, words
):
    first, *_ = agree(petition, *FIVE)
    Signature.objects.filter(pk=first.pk).update(signed_at=days_ago(days))
    public_signers.show()

    page = client.get(petition.url_path()).content.decode()

    assert page.count(f"</bdi> {words}") == len(FIVE)


def test_the_frame_of_another_site_names_nobody(client, petition):
    Petition.objects.update(embed_sites="https://www.example.org")
    agree(petition, *FIVE)
    public_signers.show()

    page = client.get(petition.url_path(framed=True)).content.decode()

    assert ("is_shown" in page, "Ada B." in page) == (True, False)


def test_when_the_petition_has_closed_they_are_still_named(client, petition):
    agree(petition, *FIVE)
    public_signers.show()
    Petition.objects.update(closes_at=days_ago(1))

    assert "<bdi>Ada B.</bdi>" in client.get(petition.url_path()).content.decode()


def test_the_page_names_nobody_else(client, petition):
    agree(petition, *FIVE)
    make_signature(petition, name="Canary Bird", country="CY")
    public_signers.show()

    page = client.get(petition.url_path()).content.decode()

    assert "Canary" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_naming_them_takes_one_query_however_many_they_are(client, petition, number):
    for batch in range(number):
        agree(petition, *(f"{name} {'x' * batch}y" for name in FIVE))
        public_signers.show()
    client.get(petition.url_path())

    with CaptureQueriesContext(connection) as found:
        client.get(petition.url_path())

    about = [query["sql"] for query in found if "campaigns_signature" in query["sql"]]
    assert len(about) == 1
    assert '"campaigns_signature"."name"' not in about[0]


def test_the_page_reads_the_shortened_name_and_never_the_name(client, petition):
    agree(petition, *FIVE)
    public_signers.show()

    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(petition.url_path())

    read = [query["sql"] for query in captured if "campaigns_signature" in query["sql"]]
    assert any("shown_as" in sql for sql in read)
    assert [sql for sql in read if '"name"' in sql or '"email"' in sql] == []


def test_search_engines_are_asked_to_leave_names_and_comments_out(client):
    petition = make_petition(shows_signers=True, shows_comments=True, comment_field="optional")
    agree(petition, *FIVE)
    public_signers.show()
    Signature.objects.filter(name=FIVE[0]).update(
        comment="My river.", comment_as="Ada", comment_state="shown"
    )
    caching.clear()

    page = client.get(petition.url_path()).content

    kept_out = BeautifulSoup(page, "html.parser").select("[data-nosnippet]")
    text = " ".join(each.get_text() for each in kept_out)
    assert ("Ada B." in text, "My river." in text) == (True, True)
