"""The weekly email: once to each user who wants it, about the petitions that they may view."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from campaigns.cms.permissions import tallies_for
from campaigns.counting import arrivals, counting
from campaigns.models import Arrival, MailChoice
from campaigns.trends import readers, weekly
from campaigns.workflow import notices
from tests.campaigns.trends.test_alarm_mails import account
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

URL = "wagtailadmin_account"


def arrive(petition, *numbers: int) -> None:
    """Make these numbers of signatures for the days of last week, from Monday on."""
    first = weekly.monday(timezone.now()) - weekly.WEEK
    for place, number in enumerate(numbers):
        if number:
            day = first + timedelta(days=place)
            Arrival.objects.create(tally=petition.tally, day=day, number=number)


def send_all() -> None:
    while weekly.tell_due() == 0:
        notices.send_due()


def test_it_has_the_numbers_and_a_chart_that_needs_no_picture(teams, people, smtp_server):
    counting.recount()
    arrive(teams.ours, 5, 0, 10, 0, 0, 0, 1)
    before = weekly.monday(timezone.now()) - timedelta(days=8)
    Arrival.objects.create(tally=teams.ours.tally, day=before, number=4)
    MailChoice.objects.create(user=people.river_manager, weekly=True)

    send_all()
    send_all()

    (mail,) = smtp_server.messages
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    html = mail.get_body(("html",)).get_content()
    assert mail["to"] == "river@example.org"
    assert "New last week: 16. The week before that: 4. Signatures at the moment: 1." in text
    assert 'width="50%" height="16"' in html
    assert html.count("<th scope") == 7
    assert "<img" not in html
    assert "<svg" not in html
    for part in (text, html):
        assert teams.ours.title in part
        assert teams.theirs.title not in part
        assert "Lovelace" not in part


def test_the_numbers_are_those_of_the_rows(teams, people):
    counting.recount()
    arrivals.roll_up()
    Arrival.objects.update(day=weekly.monday(timezone.now()) - timedelta(days=1))
    choice = MailChoice(user=people.administrator, weekly=True)

    rows = weekly.rows(choice, weekly.monday(timezone.now()))

    assert {row.tally.petition.title: row.week for row in rows} == {
        teams.ours.title: teams.ours.tally.signatures.counted().count(),
        teams.theirs.title: teams.theirs.tally.signatures.counted().count(),
    }


def test_who_may_view_is_decided_as_in_the_cms(teams, people):
    everybody = vars(people).values()

    seen = {user.pk: set(readers.viewed_by(user)) for user in everybody}

    assert seen == {user.pk: set(tallies_for(user, "view")) for user in everybody}
    assert seen[people.river_manager.pk] == {teams.ours.tally}


def test_nobody_gets_it_who_did_not_choose_it(teams, people, smtp_server):
    MailChoice.objects.create(user=people.manager)
    MailChoice.objects.create(user=people.visitor, weekly=True)
    people.moderator.is_active = False
    people.moderator.save()
    MailChoice.objects.create(user=people.moderator, weekly=True)

    send_all()

    assert smtp_server.messages == []


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 3, 9, 5, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 9, 6, 0, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 15, 23, 0, tzinfo=UTC), date(2026, 3, 9)),
    ],
)
def test_the_week_begins_on_monday_morning(moment, monday, settings):
    settings.TIME_ZONE = "UTC"
    timezone.get_default_timezone.cache_clear()

    assert weekly.monday(moment) == monday


def test_it_is_chosen_in_the_account_and_comes_on_the_next_monday(
    teams, people, browse, smtp_server
):
    client = browse(people.river_manager)
    page = client.get(reverse(URL)).content.decode()

    answer = client.post(
        reverse(URL), account(people.river_manager) | {"petition_mails-weekly": "on"}
    )
    send_all()
    now = list(smtp_server.messages)
    MailChoice.objects.update(weekly_on=weekly.monday(timezone.now()) - weekly.WEEK)
    send_all()

    assert "Weekly email" in page
    assert "Alarms" not in page  # she may not moderate
    assert answer.status_code == 302
    assert now == []
    assert len(smtp_server.messages) == 1


def test_what_is_wrong_on_another_tab_of_the_account_is_said_above_all_tabs(people, browse):
    client, user = browse(people.river_manager), people.river_manager
    data = account(user) | {"petition_mails-weekly": "on", "name_email-last_name": ""}
    said = "Nothing was saved. Fields on a tab with a red number"

    answer = client.post(reverse(URL), data)

    assert said in answer.content.decode()
    assert not MailChoice.objects.filter(weekly=True).exists()
    assert said not in client.get(reverse(URL)).content.decode()


def test_many_petitions_take_as_many_queries_as_one(people, django_assert_num_queries):
    choice = MailChoice(user=people.administrator)
    for number in range(10):
        make_petition(title=f"P{number}", slug=f"p{number}")

    with django_assert_num_queries(2):
        assert len(weekly.rows(choice, weekly.monday(timezone.now()))) == 12


def test_who_may_do_nothing_is_not_asked(people, browse):
    people.visitor.user_permissions.add(Permission.objects.get(codename="access_admin"))

    assert "Emails about petitions" not in browse(people.visitor).get(reverse(URL)).content.decode()
