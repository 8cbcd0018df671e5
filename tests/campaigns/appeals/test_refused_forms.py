"""A refused form comes back with what was typed, so that the next attempt succeeds."""

import pytest

from campaigns.models import Appeal, Message
from campaigns.public import requests
from tests.campaigns.appeals.test_messages import post
from tests.factories import make_appeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal() -> Appeal:
    return make_appeal()


def again(client, appeal: Appeal, form, **other: str):
    """The response to a reader who sends the refused form again, with corrections."""
    return post(client, appeal, **{**form.data, **other})


def test_of_a_text_that_is_far_too_long_the_beginning_comes_back(client, appeal):
    refused = post(client, appeal, text="Stop the dam. " * 5000)

    assert refused.status_code == 413
    form = refused.context["form"]
    assert form.data["text"] == ("Stop the dam. " * 300)[:4000].strip()
    assert form.data["name"] == "Ada Lovelace"
    assert f'name="to" value="{form.data["to"]}"' in refused.content.decode()
    assert again(client, appeal, form).status_code == 303
    assert Message.objects.get().recipient_name == "Member 1"


def test_where_nothing_could_be_read_the_proposal_comes_back(client, appeal):
    foreign = post(client, appeal, headers={"Sec-Fetch-Site": "cross-site"})
    endless = post(client, appeal, text="x" * requests.MAX_READ)
    unread = [
        client.post(appeal.get_absolute_url() + "?area=Area 1", b"{}", content_type=kind)
        for kind in ("application/json", "application/x-www-form-urlencoded; charset=utf-16")
    ]

    assert (foreign.status_code, endless.status_code) == (403, 413)
    for refused in (foreign, endless):
        form = refused.context["form"]
        assert form.data["text"] == "Dear Member 1,\nplease stop the dam & save 100 %."
        assert form.data["subject"] == "The last free river"
        typed = {"name": "Ada", "email": f"a{refused.status_code}@example.org"}
        assert again(client, appeal, form, **typed).status_code == 303
    assert [answer.status_code for answer in unread] == [404, 404]
