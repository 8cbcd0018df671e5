"""The dashboard shows the open petitions whose statistics a user may see."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.counting import arrivals, counting, surveying
from tests.campaigns.test_dates import another_zone
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

HEADING = "Open petitions"


def counted():
    counting.recount()
    surveying.survey()
    arrivals.roll_up()


def rows(client) -> list[list]:
    """The cells of the panel's table, without the titles."""
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    table = page.find(id="watched-petitions-section").find("tbody")
    return [[cell.text for cell in row.find_all("td")] for row in table.find_all("tr")]


def test_the_numbers_are_those_of_the_rows(client, admin_user):
    petition = make_petition(goal=100, closes_at=timezone.now() + timedelta(days=3, hours=1))
    for number, days in enumerate((0, 6, 7, 8, 20)):
        moment = timezone.now() - timedelta(days=days)
        make_signature(petition, email=f"{number}@x.org", confirmed_at=moment)
    make_signature(petition, email="p@x.org", confirmed_at=None)
    make_signature(petition, email="q@x.org", moderation="quarantined")
    make_petition(title="Closed", slug="closed", closes_at=timezone.now() - timedelta(days=1))
    counted()
    client.force_login(admin_user)

    assert rows(client) == [["5 of 100", "1", "2", "2", "1", "1", "3 days"]]


def test_today_is_that_of_the_site_where_staff_have_another_day(client, admin_user):
    zone = {"current_time_zone": another_zone()}
    UserProfile.objects.update_or_create(user=admin_user, defaults=zone)
    petition = make_petition()
    make_signature(petition)
    counted()
    client.force_login(admin_user)

    statistics = client.get(reverse("signatures_statistics")).context

    [[_count, today, *_others]] = rows(client)
    [confirmed] = [fact for fact in statistics["facts"] if fact.name == "Confirmed today"]
    chart, _links = statistics["charts"][0]
    assert (today, confirmed.number, chart.series[0].numbers[-1]) == ("1", 1, 1)


def test_on_the_last_day_the_hours_are_told(client, admin_user):
    make_petition(closes_at=timezone.now() + timedelta(hours=5, minutes=30))
    counted()
    client.force_login(admin_user)

    assert [row[-1] for row in rows(client)] == ["5\xa0hours"]


def test_what_is_quarantined_is_counted_at_this_moment_as_in_the_queue(client, admin_user):
    petition = make_petition()
    counted()
    make_signature(petition, moderation="quarantined")
    client.force_login(admin_user)

    start = client.get("/admin/").content.decode()
    statistics = client.get(reverse("signatures_statistics"))

    assert [row[5] for row in rows(client)] == ["1"]
    assert "1 signature is quarantined." in start
    [shown] = [fact for fact in statistics.context["facts"] if fact.name == "Quarantined"]
    assert (shown.number, shown.part) == (1, 100)


def test_of_another_team_nothing_is_shown(teams, people, browse):
    counted()

    page = browse(people.river_manager).get("/admin/").content.decode()

    assert teams.ours.title in page
    assert teams.theirs.title not in page


def test_who_may_view_no_signatures_sees_none(publisher, browse):
    assert HEADING not in browse(publisher).get("/admin/").content.decode()


def test_many_petitions_take_as_many_queries_as_one(
    client, admin_user, django_assert_max_num_queries
):
    for number in range(12):
        make_petition(title=f"P{number}", slug=f"p{number}")
    client.force_login(admin_user)
    client.get("/admin/")

    with django_assert_max_num_queries(47):
        page = client.get("/admin/").content.decode()

    assert "Statistics of all, with 4 more open petitions" in page
