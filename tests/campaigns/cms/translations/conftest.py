"""What the tests of translations share."""

import pytest
from bs4 import BeautifulSoup

from tests.campaigns.cms.translations.test_translating import localize, said


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
