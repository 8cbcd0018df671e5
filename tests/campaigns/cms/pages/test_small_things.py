"""What an editor and a moderator meet first: the menu, the preview and the goal."""

from types import SimpleNamespace

import pytest

from campaigns.cms.pages.approval import WITH_PETITION, put_approval_first
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db


def test_the_approval_of_both_stands_first_in_the_menu_with_a_check():
    names = ["save", "publish", "reject", WITH_PETITION, "approve"]
    items = [SimpleNamespace(name=name, icon_name="edit") for name in names]

    put_approval_first(items)

    assert [item.name for item in items] == ["save", WITH_PETITION, "publish", "reject", "approve"]
    assert items[1].icon_name == "success"


@pytest.mark.parametrize(("live", "mode"), [(False, "open"), (True, "now")])
def test_the_preview_of_a_draft_begins_with_the_open_petition(live, mode):
    assert make_campaign(make_petition(live=live)).default_preview_mode == mode


def test_the_goal_is_shown_before_anybody_has_signed(client):
    petition = make_petition(goal=5000)

    assert "Be the first of 5,000 to sign" in client.get(petition.url_path()).content.decode()
