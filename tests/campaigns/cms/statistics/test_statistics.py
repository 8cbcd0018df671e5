"""The statistics: their numbers equal the rows, and they show only what a user may see."""

import csv
import io
from datetime import UTC, datetime, time, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.counting import arrivals, counting, ledger, surveying, surveys
from campaigns.models import Petition, Signature, Survey, Tally
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

URL = "/admin/signatures/statistics/"


@pytest.fixture
def petition():
    petition = make_petition(goal=100)
    now = timezone.now()
    Petition.objects.update(first_published_at=now - timedelta(days=30))
    for number in range(12):
        at = now - timedelta(days=number // 2)
        country = ["KE", "FR", None][number % 3]
        make_signature(petition, email=f"{number}@x.org", confirmed_at=at, country=country)
    make_signature(petition, email="p@x.org", confirmed_at=None)
    make_signature(petition, email="q@x.org", moderation="quarantined")
    return petition


@pytest.fixture
def other():
    other = make_petition(title="Libraries", slug="libraries")
    for number in range(5):
        make_signature(other, email=f"{number}@x.org")
    return other


@pytest.fixture
def counted():
    counting.recount()
    surveying.survey()
    arrivals.roll_up()


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_numbers_are_those_of_the_rows(client, admin_user, petition, other, counted):
    client.force_login(admin_user)

    page = client.get(URL, {"petition": petition.pk}).context

    assert [fact.number for fact in page["facts"]] == [12, 0, 2, 1, 1, 0, 0]
    tables = {chart.title: dict(chart.numbers) for chart, _links in page["shares"]}
    assert tables["By country"] == {"not given": 4, "France": 4, "Kenya": 4}
    assert tables["By state"] == {"counted": 12, "awaiting confirmation": 1, "quarantined": 1}


def test_a_language_that_has_no_name_is_shown_by_its_code(client, admin_user, petition, counted):
    Survey.objects.update(figures={"languages": {"so": 3, "en": 2}})
    client.force_login(admin_user)

    tables = {chart.slug: chart.rows for chart, _links in client.get(URL).context["shares"]}

    assert tables["languages"] == [("So", 3, 100, 0), ("English", 2, 67, 0)]


def test_each_day_of_the_chart_has_as_many_as_the_table_of_signatures(
    client, admin_user, petition, counted
):
    client.force_login(admin_user)

    response = client.get(URL, {"petition": petition.pk, "chart": "days", "format": "csv"})

    heading, *rows = rows_of(response)
    assert heading == ["Day of confirmation", petition.title]
    assert len(rows) == 30
    assert sum(int(number) for _day, number in rows) == Signature.objects.counted().count()
    assert [number for _day, number in rows[-7:]] == ["0", "2", "2", "2", "2", "2", "2"]


def test_a_file_counts_nothing_but_its_own_chart(client, admin_user, petition, counted):
    client.force_login(admin_user)

    with CaptureQueriesContext(connection) as queries:
        client.get(URL, {"petition": petition.pk, "chart": "days", "format": "csv"})

    assert [query["sql"] for query in queries if "confirmed_at" in query["sql"]] == []


def test_the_hours_are_of_this_moment(client, admin_user, petition, counted):
    make_signature(petition, email="new@x.org")
    client.force_login(admin_user)

    rows = rows_of(client.get(URL, {"petition": petition.pk, "chart": "hours", "format": "csv"}))

    assert len(rows) == 1 + 48
    assert rows[-1][1] == "3"  # two of now, and one that is not rolled up yet


def test_those_of_a_list_signed_elsewhere_and_neither_today_nor_in_this_hour(
    client, admin_user, petition
):
    for number, channel in enumerate(("paper", "paper", "import")):
        make_signature(petition, email=f"l{number}@x.org", channel=channel)
    ledger.enter(petition, kind="paper", number=4, reason="Sheets", by=None)
    counting.recount()
    surveying.survey()
    arrivals.roll_up()
    client.force_login(admin_user)
    query = {"petition": petition.pk, "chart": "hours", "format": "csv"}
    overview = reverse("wagtailsnippets_campaigns_petition:inspect", args=[petition.pk])

    numbers = [fact.number for fact in client.get(URL).context["facts"]]
    hours = rows_of(client.get(URL, query))

    assert numbers[:3] == [12 + 3 + 4, 3 + 4, 2]
    assert hours[-1][1] == "2"
    assert "(7 elsewhere)" in client.get(overview).content.decode()
    Survey.objects.update(day=surveys.today() - timedelta(days=1))
    assert client.get(URL).context["facts"][2].number == 0  # today has not been counted yet


def test_all_petitions_are_summed_up_and_two_are_compared(
    client, admin_user, petition, other, counted
):
    client.force_login(admin_user)

    together = client.get(URL).context
    compared = client.get(
        URL, {"petition": petition.pk, "beside": other.pk, "chart": "days", "format": "csv"}
    )

    assert together["facts"][0].number == 17
    assert rows_of(compared)[0] == ["Day of confirmation", petition.title, "Libraries"]
    assert rows_of(compared)[-1][1:] == ["2", "5"]


def test_two_petitions_stand_side_by_side(client, admin_user, petition, other, counted):
    make_signature(other, email="b@x.org", country="BR")
    counting.recount()
    surveying.survey()
    client.force_login(admin_user)
    query = {"petition": petition.pk, "beside": other.pk}

    page = client.get(URL, query)
    countries, on_map = (
        rows_of(client.get(URL, query | {"chart": chart, "format": "csv"}))
        for chart in ("countries", "map")
    )
    bars, drawn = (
        client.get(URL, query | {"chart": chart, "format": "svg"}).content.decode()
        for chart in ("countries", "map")
    )

    assert page.context["compared"] == [petition.title, "Libraries"]
    facts = [[fact.number for fact in found] for _name, found in page.context["compared_facts"]]
    assert facts[:5] == [[12, 6], [0, 0], [2, 6], [1, 0], [1, 0]]
    assert countries == [
        ["Country", petition.title, "Libraries"],
        ["not given", "4", "5"],
        ["France", "4", "0"],
        ["Kenya", "4", "0"],
        ["Brazil", "0", "1"],
    ]
    assert on_map == countries
    # A picture has room for one of the two.
    assert f"By country: {petition.title}" in bars
    assert f"<title>Signatures by country: {petition.title}</title>" in drawn
    assert "of 100" not in page.content.decode()


def test_the_picture_can_be_saved(client, admin_user, petition, counted):
    client.force_login(admin_user)

    response = client.get(URL, {"petition": petition.pk, "chart": "days", "format": "svg"})

    assert response["Content-Type"] == "image/svg+xml"
    picture = ElementTree.fromstring(response.content)
    bars = picture.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == 6
    assert bars[0].find("{http://www.w3.org/2000/svg}title").text.endswith(": 2")


def test_who_may_watch_one_team_sees_nothing_of_another(people, teams, browse):
    """Neither in the choices nor in the sums, and a guessed key is not found."""
    counting.recount()
    client = browse(people.river_manager)

    page = client.get(URL)

    assert page.context["facts"][0].number == 1
    assert teams.ours.title in page.content.decode()
    assert teams.theirs.title not in page.content.decode()
    assert client.get(URL, {"petition": teams.theirs.pk}).status_code == 404
    assert client.get(URL, {"beside": teams.theirs.pk}).status_code == 404


def test_who_may_watch_nothing_gets_no_statistics(publisher, browse):
    client = browse(publisher)

    assert client.get(URL)["Location"] == "/admin/"
    assert URL not in client.get("/admin/").content.decode()


def test_what_is_not_offered_is_not_found(client, admin_user):
    client.force_login(admin_user)

    for query in ("chart=nothing&format=csv", "chart=days&format=exe", "days=7"):
        assert client.get(f"{URL}?{query}").status_code == 404, query


def test_before_the_first_signature_it_says_so(client, admin_user):
    client.force_login(admin_user)

    page = client.get(URL, {"petition": make_petition().pk}).content.decode()

    assert page.count("Nobody signed during this period.") == 2


def test_it_says_the_pace_and_that_the_petition_closes_before_the_goal(
    client, admin_user, petition, counted
):
    client.force_login(admin_user)
    Petition.objects.update(closes_at=timezone.now() + timedelta(days=3))

    page = client.get(URL, {"petition": petition.pk}).content.decode()

    forecast = client.get(URL, {"petition": petition.pk}).context["forecast"]
    between = timezone.make_aware(datetime.combine(forecast.soonest, time(12)))
    Petition.objects.update(closes_at=between)
    perhaps = client.get(URL, {"petition": petition.pk}).content.decode()

    assert "In the last seven days about" in page
    assert "The petition closes before that, on" in page
    assert "perhaps before the goal is reached" in perhaps


def test_what_nobody_can_sign_has_no_forecast(client, admin_user, petition, counted):
    client.force_login(admin_user)
    before = client.get(URL, {"petition": petition.pk}).context

    assert before["goal"] == 100
    assert before["forecast"]
    for model, name in ((Tally, "won_at"), (Petition, "closes_at"), (Tally, "paused_at")):
        model.objects.update(**{name: timezone.now() - timedelta(hours=1)})
        after = client.get(URL, {"petition": petition.pk}).context
        model.objects.update(**{name: None})

        # A victory has no goal that was not reached.
        assert after.get("goal") == (None if name == "won_at" else 100), name
        assert after.get("forecast") is None, name


def test_the_day_on_which_it_closes_is_that_of_the_readers_time_zone(
    client, admin_user, petition, counted
):
    """At half past eleven in the evening in UTC it is already the next day in Auckland."""
    UserProfile.objects.update_or_create(
        user=admin_user, defaults={"current_time_zone": "Pacific/Auckland"}
    )
    client.force_login(admin_user)
    address = f"{URL}?petition={petition.pk}"
    soonest = client.get(address).context["forecast"].soonest
    said = []
    for days in (1, 2):
        eve = soonest - timedelta(days=days)
        Petition.objects.update(closes_at=datetime.combine(eve, time(23, 30), tzinfo=UTC))
        said.append("The petition closes before that, on" in client.get(address).content.decode())

    assert said == [False, True]


def test_a_petition_leads_to_its_statistics(client, admin_user, petition):
    client.force_login(admin_user)
    overview = reverse("wagtailsnippets_campaigns_petition:inspect", args=[petition.pk])

    assert f'href="{URL}?petition={petition.pk}"' in client.get(overview).content.decode()


def test_its_queries_do_not_grow_with_the_petitions(
    client, admin_user, petition, counted, django_assert_max_num_queries
):
    client.force_login(admin_user)
    client.get(URL)
    for number in range(5):
        make_signature(make_petition(title=f"P{number}", slug=f"p{number}"), email="a@x.org")

    with django_assert_max_num_queries(30):
        client.get(URL)
