"""The goal as staff read it, in the statistics and elsewhere: that of the public."""

import re

import pytest

from campaigns.models import Petition
from tests.campaigns.cms.statistics.test_statistics import URL, counted, petition

__all__ = ["counted", "petition"]  # fixtures

pytestmark = pytest.mark.django_db


def test_where_the_goal_has_risen_staff_read_the_goal_of_the_public(
    client, admin_user, petition, counted
):
    client.force_login(admin_user)
    Petition.objects.update(goal=10, count_from=50)
    public = Petition.objects.get().tally.goal

    page = client.get(URL, {"petition": petition.pk}).context
    box = client.get(f"/admin/snippets/campaigns/petition/inspect/{petition.pk}/")
    listed = client.get("/admin/snippets/campaigns/petition/")

    assert (public, page["goal"]) == (100, 100)
    assert page["forecast"]
    for each in (box, client.get("/admin/")):
        assert re.search(r"12 (<[^>]+>)?of 100", each.content.decode())
    assert ">100<" in re.sub(r"\s", "", listed.content.decode())
