"""A group that may view only statistics sees numbers, and nobody's name."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.counting import counting, surveying
from tests.campaigns.cms.conftest import make_team, make_user
from tests.factories import make_pending, make_petition

pytestmark = pytest.mark.django_db


def test_who_views_statistics_alone_sees_numbers_and_nobody(teams, browse):
    make_team("Board", teams.river, "view_statistics")
    client = browse(make_user("board", "Board"))

    statistics = client.get(reverse("signatures_statistics"))
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    petition = client.get(
        reverse("wagtailsnippets_campaigns_petition:inspect", args=[teams.ours.pk])
    ).content.decode()
    closed = {
        name: client.get(reverse(name)).status_code
        for name in ("signatures_modeladmin_index", "quarantine", "people", "export_signatures")
    }
    signature = client.get(reverse("signatures_modeladmin_inspect", args=[teams.ada.pk]))
    foreign = client.get(reverse("signatures_statistics"), {"petition": teams.theirs.pk})

    assert statistics.status_code == 200
    assert [str(each.petition) for each in statistics.context["view"].watched] == ["Free the river"]
    statistics_url = f"{reverse('signatures_statistics')}?petition={teams.ours.pk}"
    assert (statistics_url in home, statistics_url in petition) == (True, True)
    assert set(closed.values()) == {302}
    assert (signature.status_code, foreign.status_code) == (404, 404)
    pages = home + petition + statistics.content.decode()
    assert [word for word in ("Ada Lovelace", "ada@", "Spare the forest") if word in pages] == []


def test_who_is_in_another_time_zone_reads_whose_days_these_are(teams, browse):
    make_team("Board", teams.river, "view_statistics")
    user = make_user("board", "Board")
    told = "Days begin at midnight in the time zone UTC; the hours are those of your own time zone."

    here = browse(user).get(reverse("signatures_statistics")).content.decode()
    UserProfile.objects.update_or_create(
        user=user, defaults={"current_time_zone": "Africa/Nairobi"}
    )
    away = browse(user).get(reverse("signatures_statistics")).content.decode()

    assert (told in here, told in away) == (False, True)


def test_what_cannot_happen_any_more_or_was_never_asked_is_not_counted(admin_client):
    ended = timezone.now() - timedelta(days=3)
    closed = make_petition(closes_at=ended, offers_updates=False)
    other = make_petition(slug="other")
    for petition in (closed, other):
        make_pending(petition, days=4)
    counting.recount()
    surveying.survey()

    facts, beside, together = (
        admin_client.get(reverse("signatures_statistics"), query).context
        for query in ({"petition": closed.pk}, {"petition": closed.pk, "beside": other.pk}, {})
    )

    waiting, late, informed = (
        "Awaiting confirmation",
        "Not confirmed in time",
        "Want to be informed",
    )
    own = {str(fact.name): fact.number for fact in facts["facts"]}
    assert (own.keys() & {waiting, informed}, own[late]) == (set(), 1)
    both = {str(name): [fact.number for fact in row] for name, row in beside["compared_facts"]}
    assert [both[name] for name in (waiting, late, informed)] == [[None, 1], [1, None], [None, 0]]
    of_all = {str(fact.name): fact.number for fact in together["facts"]}
    assert [of_all[name] for name in (waiting, late, informed)] == [1, 1, 0]
    states = [
        dict(chart.numbers)
        for shown in (facts, together)
        for chart, _links in shown["shares"]
        if chart.slug == "states"
    ]
    assert states == [{late.lower(): 1}, {waiting.lower(): 1, late.lower(): 1}]
