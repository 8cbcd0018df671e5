"""What the tests of translations share."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tests.campaigns.cms.translations.test_translating import localize


@pytest.fixture
def synchronise(browse, django_capture_on_commit_callbacks):
    """Press “Publish immediately”; return the last message and the links in it."""

    def press(user, translation):
        client = browse(user)
        with django_capture_on_commit_callbacks(execute=True):
            url = localize("update_translations", translation.source_id)
            client.post(url, {"publish_translations": "on"})
        page = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
        message = page.select(".messages li")[-1]
        links = [link["href"] for link in message.select("a")]
        return " ".join(message.get_text(" ").split()), links

    return press
