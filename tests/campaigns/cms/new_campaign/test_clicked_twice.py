"""“New campaign”, sent twice at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from campaigns.cms import add_forms
from campaigns.models import CampaignPage, CustomImage, Petition
from tests.campaigns.cms.new_campaign.conftest import BEGIN, iptc
from tests.campaigns.cms.test_add_forms import TOKEN
from tests.campaigns.cms.test_idempotent_acts import until_they_wait


def pictures() -> set[str]:
    """Return the names of the stored pictures."""
    field = CustomImage._meta.get_field("file")
    return set(field.storage.listdir("original_images")[1])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_clicks_at_once_make_one_campaign_with_one_picture(answers, people, browse):
    def click(client):
        picture = SimpleUploadedFile("square.jpg", iptc(), "image/jpeg")
        data = {**answers, "picture": picture, "csrfmiddlewaretoken": TOKEN}
        try:
            return client.post(BEGIN, data)["Location"]
        finally:
            connection.close()

    before = pictures()
    clients = [browse(people.editor) for _click in range(2)]
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            add_forms.wait_for_names()
            clicks = [pool.submit(click, client) for client in clients]
            until_they_wait(2)
            stored = pictures() - before
        urls = [each.result() for each in clicks]

    assert len(stored) == 1  # nobody waits for an upload
    assert urls[0] == urls[1]
    made = (CampaignPage, Petition)
    assert [model.objects.filter(title=answers["title"]).count() for model in made] == [1, 1]
    assert CustomImage.objects.count() == 1
