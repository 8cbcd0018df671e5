"""The statistics beyond the days: steps, sources and shared links, equal to the rows."""

import csv
import io
from collections import Counter
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone, translation

from campaigns.charts.columns import WIDTH
from campaigns.charts.shares import BAR_WIDTH, Shares
from campaigns.cms.statistics.facts import part
from campaigns.cms.statistics.shares import shares
from campaigns.counting import arrivals, counting, surveying, weeks
from campaigns.counting.keys import first_key
from campaigns.models import OutgoingMail, Signature
from campaigns.privacy import anonymising
from campaigns.sharing import links
from tests.factories import days_ago, make_mail, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db

URL = "/admin/signatures/statistics/"
SOURCES = ["", "", "newsletter", "whatsapp", "whatsapp-2", "mail", "whatsapp-2", "poster-7"]
SENT = b"\x01\x09\x10"  # one email that has left the outbox


@pytest.fixture
def petition():
    """Signers of today and of a month ago; some have not confirmed, some got no email yet."""
    petition = make_petition()
    now = timezone.now()
    for number, source in enumerate(SOURCES):
        for days in (0, 30):
            moment = now - timedelta(days=days)
            make_signature(
                petition,
                email=f"{number}.{days}@x.org",
                source=source,
                signed_at=moment,
                confirmed_at=moment,
                updates=number == 0,
                sent_mails=SENT,
            )
    pending = [
        make_signature(petition, email=f"p{number}@x.org", confirmed_at=None) for number in range(3)
    ]
    make_mail(pending[0], outcome="sent")
    make_mail(pending[1], outcome="waiting")
    make_signature(petition, email="q@x.org", moderation="quarantined", sent_mails=SENT)
    return petition


@pytest.fixture
def counted(petition):
    counting.recount()
    surveying.survey()
    weeks.count()
    arrivals.roll_up()


def tables(client, **query) -> dict[str, dict[str, int]]:
    page = client.get(URL, query).context
    return {chart.slug: dict(chart.numbers) for chart, _links in page["shares"]}


def test_an_email_that_was_sent_stays_sent_when_another_one_is_due_or_refused():
    petition = make_petition(slug="another")
    rows = [make_pending(petition, days=2, email=f"{each}@x.org") for each in range(3)]
    for row in rows:
        make_mail(row)
    make_mail(rows[0], outcome="")
    make_mail(rows[1], outcome="refused")
    OutgoingMail.objects.filter(signature=rows[2]).update(outcome="refused")
    counting.recount()
    surveying.survey()
    weeks.count()

    assert weeks.of([petition.tally]) == {"signed": 3, "mailed": 2, "confirmed": 0}


def test_no_email_counts_as_sent_that_is_due_or_that_was_dropped():
    petition = make_petition(slug="another", confirms_by_email=False)
    thanked, _dropped = (make_signature(petition, email=f"{each}@x.org") for each in range(2))
    thanks = make_mail(thanked, kind="thanks", outcome="")
    counting.recount()
    surveying.survey()
    weeks.count()
    before = weeks.of([petition.tally])
    OutgoingMail.objects.filter(pk=thanks.pk).update(outcome="sent")
    weeks.count()

    assert before == {"signed": 2, "mailed": 0, "confirmed": 2}
    assert weeks.of([petition.tally])["mailed"] == 1


def test_who_signs_again_just_before_the_first_signature_is_deleted_is_in_the_week():
    petition = make_petition(slug="another")
    row = make_pending(petition, days=1)
    Signature.objects.filter(pk=row.pk).update(id=first_key(days_ago(8)))
    counting.recount()
    surveying.survey()
    weeks.count()

    assert weeks.of([petition.tally])["signed"] == 1


def test_a_percentage_is_0_for_nobody_and_100_for_everybody_alone():
    numbers = [(0, 5000), (1, 5000), (12, 5000), (1700, 5000), (4999, 5000), (5000, 5000), (0, 0)]

    parts = [part({"yes": yes, "no": of - yes}, "yes") for yes, of in numbers]

    assert parts == [0, 0.1, 0.2, 34, 99.9, 100, 0]


def test_those_who_were_anonymised_and_count_are_among_the_counted():
    petition = make_petition()
    for number, moderation in enumerate(("", "", "quarantined")):
        make_signature(petition, email=f"{number}@example.org", moderation=moderation)
    anonymising.anonymise(sorted(Signature.objects.values_list("pk", flat=True)))
    counting.recount()
    surveying.survey()

    (states,) = (each for each in shares([petition.tally]) if each.slug == "states")

    assert states.numbers == [("counted", 2), ("anonymised, and not counted", 1)]


def test_the_steps_of_a_week_are_those_of_the_rows(client, admin_user, petition, counted):
    client.force_login(admin_user)

    week = tables(client, petition=petition.pk)["week"]

    rows = Signature.objects.filter(signed_at__gte=weeks.since())
    unsent = rows.filter(sent_mails=None).exclude(mails__outcome="sent")
    assert list(week.values()) == [
        rows.count(),
        rows.count() - unsent.count(),
        rows.exclude(confirmed_at=None).count(),
        4,
    ]
    assert list(week.values())[:3] == [12, 10, 9]


def test_sources_and_how_often_links_were_passed_on_are_those_of_the_rows(
    client, admin_user, petition, counted
):
    client.force_login(admin_user)

    found = tables(client)

    rows = Counter(Signature.objects.counted().values_list("source", flat=True))
    assert found["sources"] == {
        source or "direct, or not known": number for source, number in rows.items()
    }
    assert found["generations"] == {"never: not by a shared link": 8, "1 time": 4, "2 times": 4}


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("", 0),
        ("poster", 0),
        ("poster-7", 0),
        ("mail", 1),
        ("x-9", 9),
        ("x-10", 0),
        ("x-23", 0),
        ("x-", 0),
    ],
)
def test_only_the_codes_of_shares_say_how_often_a_link_was_passed_on(source, number):
    assert links.generation(source) == number


def test_parts_are_said_in_hundredths(client, admin_user, petition, counted):
    client.force_login(admin_user)

    facts = client.get(URL).context["facts"]

    assert [(fact.number, fact.part) for fact in facts if fact.part] == [(1, 5), (2, 12)]


def test_a_file_has_all_the_numbers_and_the_picture_the_largest(
    client, admin_user, petition, counted
):
    for number in range(14):
        make_signature(petition, email=f"s{number}@x.org", source=f"code{number:02}")
    arrivals.roll_up()
    counting.recount()
    arrivals.roll_up()
    client.force_login(admin_user)
    query = {"petition": petition.pk, "chart": "sources"}

    numbers = client.get(URL, query | {"format": "csv"}).content.decode("utf-8-sig")
    picture = client.get(URL, query | {"format": "svg"})

    heading, *rows = csv.reader(io.StringIO(numbers))
    assert heading == ["Source", "Signatures"]
    assert sum(int(number) for _name, number in rows) == Signature.objects.counted().count()
    drawn = ElementTree.fromstring(picture.content)
    assert picture["Content-Type"] == "image/svg+xml"
    assert len(drawn.findall("{http://www.w3.org/2000/svg}rect")) == 12


def test_of_another_team_there_is_neither_number_nor_file(teams, people, browse):
    make_signature(teams.theirs, email="s@x.org", source="secret")
    counting.recount()
    surveying.survey()
    weeks.count()
    arrivals.roll_up()
    client = browse(people.river_manager)

    found = tables(client)
    query = {"petition": teams.theirs.pk, "chart": "sources", "format": "csv"}

    assert found["week"]["signed"] == 1
    assert found["sources"] == {"direct, or not known": 1}
    assert client.get(URL, query).status_code == 404


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_bars_stay_inside(language):
    with translation.override(language):
        chart = Shares("Title", "Name", [("a" * 80, 10), ("b", 5), ("c", 0)])
        lines = chart.lines

    assert [line["bar_width"] for line in lines] == [BAR_WIDTH, BAR_WIDTH / 2, 0]
    assert all(line["bar_x"] >= 0 and line["bar_x"] + line["bar_width"] <= WIDTH for line in lines)
    assert lines[0]["bar_x"] == (WIDTH - 272 - BAR_WIDTH if language == "ar" else 272)
    assert len(lines[0]["name"]) == 34


def test_what_a_table_has_no_room_for_opens_below_it(client, admin_user):
    petition = make_petition()
    codes = ["FR", "DE", "ES", "IT", "PT", "PL", "SE", "FI", "NO", "DK", "NL", "BE", "MT"]
    for place, code in enumerate(codes):
        for number in range(2 if place < 12 else 1):
            make_signature(petition, email=f"{code}{number}@x.org", country=code)
    counting.recount()
    surveying.survey()
    client.force_login(admin_user)

    html = client.get(URL).content.decode()

    countries = html[html.index('id="chart-countries"') : html.index("chart=countries")]
    shown, others = countries.split("<details")
    assert (shown.count('<th scope="row">'), others.count('<th scope="row">')) == (12, 1)
    assert "and 1 more row" in others
    assert "Malta" in others
