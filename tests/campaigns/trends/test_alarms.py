"""Alarms: opened once, ended by themselves, told once, and seen by those who may moderate."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.cms.permissions import signatures_for
from campaigns.counting.keys import first_key
from campaigns.models import Alarm, MailChoice, Signature, TrendHour
from campaigns.trends import alarms, telling
from campaigns.trends.hours import HOUR, begin_of
from tests.campaigns.cms.conftest import grant
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(minute=30, second=0, microsecond=0)
DOMAIN = "fake.example"


def flood(petition, number: int = 40, *, at=NOW, **fields) -> None:
    for place in range(number):
        make_signature(
            petition,
            id=UUID(int=first_key(at + timedelta(minutes=6)).int + place),
            email=f"{place}@{fields.get('domain', DOMAIN)}",
            signed_at=at,
            confirmed_at=None,
            network_key=fields.get("network_key"),
            moderation=fields.get("moderation", ""),
        )


def usual(petition, *, days: int = 2, signed: int = 6) -> None:
    """Some days on which a few signed each hour."""
    this_hour = begin_of(NOW)
    TrendHour.objects.bulk_create(
        TrendHour(
            tally=petition.tally, hour=this_hour - passed * HOUR, signed=signed, confirmed=signed
        )
        for passed in range(5, 24 * days)
    )


def test_a_flood_is_one_alarm_that_grows_and_ends_by_itself():
    petition = make_petition()
    usual(petition)
    flood(petition)

    alarms.look_at(NOW)
    flood(petition, 5, at=NOW + timedelta(minutes=1), domain="x." + DOMAIN)
    alarms.look_at(NOW + timedelta(minutes=1))

    (alarm,) = Alarm.objects.all()
    facts = (alarm.kind, alarm.value, alarm.number, alarm.of, alarm.usual, alarm.ended_at)
    assert facts == ("domain", DOMAIN, 40, 45, 0.0, None)
    assert (alarm.since, alarm.until) == (begin_of(NOW), begin_of(NOW) + HOUR)

    later = NOW + timedelta(hours=5)
    alarms.look_at(later)

    ended = Alarm.objects.get(kind="domain")
    assert ended.ended_at == later
    alarms.look_at(later + timedelta(days=31))
    assert not Alarm.objects.filter(pk=ended.pk).exists()


def test_it_leads_to_the_very_signatures():
    petition = make_petition()
    usual(petition)
    flood(petition, network_key=b"n" * 32)
    make_signature(petition, email="ada@example.org", signed_at=NOW)
    make_signature(petition, email="old@fake.example", signed_at=NOW - timedelta(hours=3))
    make_signature(make_petition(slug="other"), email="b@fake.example", signed_at=NOW)
    alarms.look_at(NOW)

    found = {
        alarm.kind: alarms.selection(Signature.objects.all(), str(alarm.pk))
        for alarm in Alarm.objects.all()
    }

    assert {kind: len(rows) for kind, rows in found.items()} == {"domain": 40, "network": 40}
    assert all(row.email.endswith(DOMAIN) for row in found["domain"])
    nothing = [alarms.selection(Signature.objects.all(), key) for key in ("", "x", "²", "99999")]
    assert [len(rows) for rows in nothing] == [0, 0, 0, 0]


def test_hours_hold_no_network_and_no_rare_domain_and_end_after_eight_days():
    petition = make_petition()
    key = b"n" * 32
    flood(petition, 6, network_key=key)
    flood(petition, 4, at=NOW + timedelta(minutes=1), domain="rare.example")
    alarms.look_at(NOW + timedelta(minutes=2))

    (hour,) = TrendHour.objects.all()
    assert (hour.signed, hour.confirmed) == (10, 0)
    assert hour.shared["domain"] == {DOMAIN: 6}
    ((example, number),) = hour.shared["network"].items()
    assert number == 6
    assert Signature.objects.get(pk=example).network_key.tobytes() == key
    assert key.hex() not in str(hour.shared)

    alarms.look_at(NOW + timedelta(days=8, hours=1))
    assert not TrendHour.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value", "number"),
    [
        ("many", "", 4),
        ("unconfirmed", "", 1),
        ("country", "KE", 1),
        ("source", "mail", 1),
        ("site", "site.example", 1),
    ],
)
def test_each_kind_has_its_own_signatures(kind, value, number):
    petition = make_petition()
    make_signature(petition, email="a@x.org", country="KE")
    make_signature(petition, email="b@x.org", source="Mail")
    make_signature(petition, email="c@x.org", framed_by="site.example", channel="embed")
    make_signature(petition, email="d@x.org", confirmed_at=None)
    since = begin_of(timezone.now()) - HOUR
    alarm = make_alarm(petition, kind=kind, value=value, since=since, until=since + 3 * HOUR)

    assert alarms.selection(Signature.objects.all(), str(alarm.pk)).count() == number


def make_alarm(petition, **fields) -> Alarm:
    hour = begin_of(NOW)
    values = {
        "kind": "many",
        "hour": hour,
        "number": 500,
        "of": 500,
        "usual": 20,
        "since": hour,
        "until": hour + HOUR,
        "seen_at": NOW,
    }
    return Alarm.objects.create(tally=petition.tally, **(values | fields))


def test_no_row_is_read_but_those_of_the_last_hours():
    """The statement finds its rows in the primary key, whatever there was before."""
    with CaptureQueriesContext(connection) as queries:
        alarms.look_at(NOW)
    read = [each["sql"] for each in queries if "campaigns_signature" in each["sql"]]

    assert len(read) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {read[0]}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "campaigns_signature_pkey" in plan
    assert "Seq Scan on campaigns_signature" not in plan


def test_its_queries_do_not_grow_with_the_petitions(django_assert_max_num_queries):
    for number in range(3):
        usual(make_petition(slug=f"p{number}"))
    alarms.look_at(NOW)

    with django_assert_max_num_queries(7):
        alarms.look_at(NOW)


# --- who hears of it ---


def tell() -> None:
    while telling.tell_due() == 0:
        pass


def test_moderators_of_the_collection_get_one_mail_about_it(teams, people, smtp_server):
    grant(people.river_manager.groups.get(), teams.river, "moderate_signatures")
    make_alarm(teams.theirs)
    tell()
    theirs = {mail["to"] for mail in smtp_server.messages}
    make_alarm(teams.ours, kind="network", example=teams.ada.pk)
    make_alarm(teams.ours)

    tell()
    tell()

    ours = [mail for mail in smtp_server.messages if teams.ours.title in mail["subject"]]
    assert "river@example.org" not in theirs
    assert theirs >= {"moderator@example.org", "manager@example.org", "admin@example.org"}
    assert {mail["to"] for mail in ours} == {*theirs, "river@example.org"}
    assert len(ours) == len(theirs) + 1
    text = ours[0].get_body(("plain",)).get_content()
    assert "500 of 500 signatures came from one network" in text
    assert "In nine of ten hours there are at most 20." in text
    alarm = Alarm.objects.get(kind="network")
    assert f"http://testserver/admin/signatures/alarms/{alarm.pk}/" in text


def test_what_is_found_soon_after_waits_for_the_next_mail(teams, people, smtp_server):
    make_alarm(teams.ours)
    tell()
    before = len(smtp_server.messages)
    make_alarm(teams.ours, kind="domain", value=DOMAIN)

    tell()
    waiting = len(smtp_server.messages) - before
    Alarm.objects.update(told_at=None)
    Alarm.objects.filter(kind="many").update(told_at=timezone.now() - timedelta(hours=3))
    tell()

    assert waiting == 0
    assert len(smtp_server.messages) == 2 * before


def test_while_the_mail_server_is_away_it_waits(teams, people, smtp_server, settings):
    make_alarm(teams.ours)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9

    assert telling.tell_due() == telling.WAIT
    assert Alarm.objects.get().told_at is None
    settings.EMAIL_PORT = port
    tell()

    assert smtp_server.messages


def test_who_does_not_want_the_mail_gets_none(teams, people, smtp_server, browse):
    client = browse(people.manager)
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    choice = {"petition_mails-alarms": ""}
    panel = client.post(reverse("wagtailadmin_account"), account(people.manager) | choice)
    make_alarm(teams.ours)

    tell()

    assert "Mails about petitions" in page
    assert panel.status_code == 302
    assert not MailChoice.objects.get(user=people.manager).alarms
    assert "manager@example.org" not in {mail["to"] for mail in smtp_server.messages}


def account(user) -> dict[str, str]:
    """What Wagtail's account screen wants of its own."""
    return {
        "name_email-first_name": "A",
        "name_email-last_name": "B",
        "name_email-email": user.email,
        "locale-preferred_language": "en",
        "locale-current_time_zone": "UTC",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
    }


# --- the CMS ---


def test_the_start_page_and_the_link_are_for_those_who_may_moderate(teams, people, browse):
    grant(people.river_manager.groups.get(), teams.river, "moderate_signatures")
    ours = make_alarm(teams.ours, since=begin_of(timezone.now()) - HOUR)
    theirs = make_alarm(teams.theirs)
    client = browse(people.river_manager)

    page = client.get("/admin/").content.decode()
    link = client.get(reverse("alarm", args=[ours.pk]))

    assert "In nine of ten hours there are at most 20." in page
    assert reverse("alarm", args=[ours.pk]) in page
    assert reverse("alarm", args=[theirs.pk]) not in page
    assert link["Location"] == f"/admin/signatures/?alarm={ours.pk}"
    assert teams.ada.name in client.get(link["Location"]).content.decode()
    assert client.get(reverse("alarm", args=[theirs.pk])).status_code == 404
    guessed = client.get(f"/admin/signatures/?alarm={theirs.pk}").content.decode()
    assert teams.grace.name not in guessed
    assert not alarms.selection(signatures_for(people.river_manager, "view"), str(theirs.pk))


def test_who_may_not_moderate_sees_no_alarm(teams, people, browse):
    alarm = make_alarm(teams.ours)
    client = browse(people.river_manager)

    assert "not as usual" not in client.get("/admin/").content.decode()
    assert client.get(reverse("alarm", args=[alarm.pk])).status_code == 404


def test_all_of_an_alarm_are_moderated_at_once(teams, people, browse):
    alarm = make_alarm(teams.ours, since=begin_of(timezone.now()) - HOUR)
    client = browse(people.moderator)
    url = f"{reverse('moderate_signatures')}?alarm={alarm.pk}"

    assert "1 signature" in client.get(url).content.decode()
    client.post(url, {"moderation": "invalidated", "reason": "Fakes", "newest": teams.ada.pk})

    assert list(Signature.objects.filter(moderation="invalidated")) == [teams.ada]


def test_too_few_signatures_lead_to_the_statistics(teams, people, browse):
    alarm = make_alarm(teams.ours, kind="few")

    link = browse(people.moderator).get(reverse("alarm", args=[alarm.pk]))

    assert link["Location"] == f"/admin/signatures/statistics/?petition={teams.ours.pk}"
