"""Alarms are emailed once, and shown to users who may moderate the petition."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.cms.permissions import signatures_for
from campaigns.models import Alarm, MailChoice, Signature, StaffNotice
from campaigns.trends import alarm_mails, alarms, words
from campaigns.trends.hours import HOUR, begin_of
from campaigns.workflow import notices
from tests.campaigns.cms.conftest import grant
from tests.campaigns.trends.test_alarms import DOMAIN, make_alarm

pytestmark = pytest.mark.django_db


def tell() -> None:
    while alarm_mails.tell_due() == 0:
        notices.send_due()


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


def test_each_reader_gets_the_hour_of_their_own_time_zone(teams, people, smtp_server):
    zone = "Africa/Nairobi"
    UserProfile.objects.create(user=people.manager, current_time_zone=zone)
    alarm = make_alarm(teams.ours)

    tell()

    texts = {each["to"]: each.get_body(("plain",)).get_content() for each in smtp_server.messages}
    with timezone.override(zone):
        theirs = words.span(alarm)
    assert f"{theirs}: 500 signatures." in texts["manager@example.org"]
    assert f"{words.span(alarm)}: 500 signatures." in texts["admin@example.org"]
    assert theirs != words.span(alarm)


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

    tell()
    settings.EMAIL_PORT = port
    StaffNotice.objects.update(due_at=timezone.now())
    notices.send_due()

    assert smtp_server.messages


def test_who_does_not_want_the_mail_gets_none(teams, people, smtp_server, browse):
    client = browse(people.manager)
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    choice = {"petition_mails-alarms": ""}
    panel = client.post(reverse("wagtailadmin_account"), account(people.manager) | choice)
    make_alarm(teams.ours)

    tell()

    assert "Emails about petitions" in page
    assert panel.status_code == 302
    assert not MailChoice.objects.get(user=people.manager).alarms
    assert "manager@example.org" not in {mail["to"] for mail in smtp_server.messages}


def account(user) -> dict[str, str]:
    """The fields that Wagtail's own account form requires."""
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

    assert "Unusual signing activity" not in client.get("/admin/").content.decode()
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
