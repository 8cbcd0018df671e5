"""A private page asks for its password, and says nothing of itself until it is typed."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from campaigns.models import CampaignPage
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> CampaignPage:
    page = make_campaign(make_petition(title="The secret river"), title="A secret plan")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="minnow")
    return page


def test_the_page_is_shown_after_its_password_and_no_word_of_it_before(page, client: Client):
    asked = client.get(page.url)
    form = asked.context["form"]
    sent = {"return_url": form["return_url"].value()}

    wrong = client.post(asked.context["action_url"], {**sent, "password": "trout"})
    right = client.post(asked.context["action_url"], {**sent, "password": "minnow"})

    for answer in (asked, wrong):
        assert "no-store" in answer["Cache-Control"]
        assert "A secret plan" not in answer.content.decode()
        assert "The secret river" not in answer.content.decode()
        assert 'content="noindex"' in answer.content.decode()
    assert "is not correct" in wrong.content.decode()
    assert (right.status_code, right["Location"]) == (302, page.url)
    assert "A secret plan" in client.get(page.url).content.decode()
    assert {*client.session.keys()} == {"passed_page_view_restrictions", "_session_expiry"}


def test_an_old_copy_in_the_cache_is_replaced_by_the_way_to_the_password(page, client: Client):
    """The form itself sets a cookie, so nginx does not store it."""
    sent_on = client.get(page.url, HTTP_X_OLD_COPY="1")
    asked = client.get(sent_on["Location"], HTTP_X_OLD_COPY="1")

    assert (sent_on.status_code, sent_on["X-Accel-Expires"], sent_on.cookies) == (302, "1", {})
    assert "X-Accel-Expires" not in asked
    assert asked.context["form"]["return_url"].value() == page.url


def test_a_document_of_a_private_collection_asks_in_the_same_words(client: Client):
    collection = Collection.get_first_root_node().add_child(name="Members")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type="password", password="minnow"
    )
    path = reverse("wagtaildocs_authenticate_with_password", args=[restriction.pk])

    answer = client.get(path)

    assert answer.templates[0].name == "wagtaildocs/password_required.html"
    assert "<h1>A password is needed</h1>" in answer.content.decode()
