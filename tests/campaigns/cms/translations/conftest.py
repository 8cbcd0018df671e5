"""What the tests of translations share."""

import pytest
from bs4 import BeautifulSoup
from wagtail_localize.models import Translation

from campaigns.models import CampaignPage
from tests.campaigns.cms.translations import begun
from tests.campaigns.cms.translations.test_translating import localize, said


@pytest.fixture
def russian_petition(teams, people, arrangement) -> Translation:
    """The translation of the petition of River, of which nothing is typed yet."""
    return arrangement("russian_petition").translation


@pytest.fixture
def russian_page(teams, people, arrangement) -> Translation:
    """The translation of a page and its petition, of which nothing is typed yet."""
    return arrangement("russian_page").translation


@pytest.fixture
def russian_words(teams, people, arrangement) -> None:
    """All texts of what is to be translated, for tests that also ask for one of the above."""
    arrangement("russian_words")


@pytest.fixture
def copy(russian_page) -> CampaignPage:
    """The page in Russian, with its petition."""
    return CampaignPage.objects.get(locale=begun.russian())


@pytest.fixture
def synchronise(browse, django_capture_on_commit_callbacks):
    """Press “Publish immediately”; return the last message and the links in it."""

    def press(user, translation):
        client = browse(user)
        with django_capture_on_commit_callbacks(execute=True):
            url = localize("update_translations", translation.source_id)
            answer = client.post(url, {"publish_translations": "on"})
        message = BeautifulSoup(said(answer)[-1], "html.parser")
        links = [link["href"] for link in message.select("a")]
        return " ".join(message.get_text(" ").split()), links

    return press
