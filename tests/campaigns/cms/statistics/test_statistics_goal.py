"""The goal as staff read it, in the statistics and elsewhere, and when it will be reached."""

import re
from datetime import timedelta

import pytest

from campaigns.counting import figures, surveys
from campaigns.models import Arrival, Petition
from tests.campaigns.cms.statistics.test_statistics import URL, counted, petition
from tests.factories import day, make_petition

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


def test_days_before_the_opening_are_no_days_on_which_nobody_signed(client, admin_user):
    young = make_petition(goal=24_000)
    for passed in (1, 2, 3):
        Arrival.objects.create(tally=young.tally, day=day(-passed), number=1000)
    opened, closes = surveys.midnight(day(-3)), surveys.midnight(day(24))
    Petition.objects.update(first_published_at=opened, closes_at=closes)
    client.force_login(admin_user)

    page = client.get(URL, {"petition": young.pk})

    assert page.context["forecast"] == (1000, day(24), day(24))
    assert "Since the petition opened, about 1,000 people have signed a day." in (
        text := page.content.decode()
    )
    # At midnight that day has not begun.
    assert "The petition closes before that, on" in text
    Petition.objects.update(opens_at=opened + timedelta(hours=1))
    found = figures.full_days(Petition.objects.get())
    assert found == [(day(-2), 1000), (day(-1), 1000)]
