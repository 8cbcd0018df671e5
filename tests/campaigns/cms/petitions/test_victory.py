"""A victory is declared on one screen, with all that the public will read about it."""

from datetime import timedelta

from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import GroupCollectionPermission
from wagtail.users.models import UserProfile

from campaigns.mailings.mailing import Mailing
from campaigns.models import ActionRequest, CustomImage, Petition, Tally
from campaigns.petitions.immediate_actions import declare_victory
from tests.campaigns.cms.browsing import said, url
from tests.campaigns.cms.petitions.test_asking import ask
from tests.campaigns.pages.test_victory import WORDS, picture
from tests.campaigns.test_dates import another_zone
from tests.factories import day, days_ago, make_campaign, make_mailing

__all__ = ["picture"]


def test_words_day_and_picture_are_filled_in_before_it_is_public(teams, people, picture, browse):
    Petition.objects.update(first_published_at=days_ago(30))
    client = browse(people.moderator)
    path = url("declare_victory", teams.ours.pk)
    day = timezone.localdate() - timedelta(days=3)

    question = client.get(path).content.decode()
    client.post(path, {"words": WORDS, "day": day.isoformat(), "picture": picture.pk})

    for label in ("What has been won?", "On which day?", "Picture"):
        assert label in question
    assert ' data-edit-form="question"' in question  # kept in the browser's tab if the session ends
    tally = Tally.objects.get(petition=teams.ours)
    assert (tally.won_on, tally.won_image) == (day, picture)
    assert tally.won_words.splitlines() == WORDS.splitlines()


def test_a_picture_without_description_or_credit_is_refused_and_the_words_stay(
    teams, people, picture, browse
):
    client, whole = browse(people.moderator), {"description": "A dam.", "credit": "Ada"}
    data = {"words": WORDS, "day": timezone.localdate().isoformat(), "picture": picture.pk}
    for missing in whole:
        CustomImage.objects.update(**whole | {missing: " "})

        answer = client.post(url("declare_victory", teams.ours.pk), data)

        page = BeautifulSoup(answer.content, "html.parser")
        assert answer.status_code == 422, missing
        assert "This picture lacks its description or its credit." in page.text, missing
        assert page.find("textarea", {"name": "words"}).text.split() == WORDS.split()
        assert page.find("input", {"name": "picture"})["value"] == str(picture.pk)
        assert Tally.objects.get(petition=teams.ours).won_at is None, missing


def test_a_picture_of_another_team_is_refused_and_not_shown(teams, publisher, picture, browse):
    group, may = publisher.groups.get(), Permission.objects.get(codename="choose_image")
    GroupCollectionPermission.objects.create(group=group, collection=teams.river, permission=may)
    CustomImage.objects.update(collection=teams.forest, title="Strategy")
    data = {"words": WORDS, "day": timezone.localdate().isoformat(), "picture": picture.pk}

    answer = browse(publisher).post(url("declare_victory", teams.ours.pk), data)

    assert (answer.status_code, "Strategy" in answer.content.decode()) == (422, False)
    assert Tally.objects.get(petition=teams.ours).won_at is None


def test_the_day_is_of_the_site_and_neither_in_the_future_nor_before_the_petition(
    teams, people, browse
):
    Petition.objects.update(first_published_at=days_ago(30))
    UserProfile.objects.create(user=people.moderator, current_time_zone=another_zone())
    client, path = browse(people.moderator), url("declare_victory", teams.ours.pk)

    page = BeautifulSoup(client.get(path).content, "html.parser")
    for wrong in (day(1), day(-31)):
        answer = client.post(path, {"words": WORDS, "day": wrong.isoformat()})
        assert answer.status_code == 422, wrong
        assert Tally.objects.get(petition=teams.ours).won_at is None, wrong
    today = client.post(path, {"words": WORDS, "day": day().isoformat()})

    assert page.find("input", {"name": "day"})["value"] == day().isoformat()
    assert today.status_code == 302


def test_a_petition_that_was_won_does_not_close_any_more(teams, people, browse):
    Petition.objects.filter(pk=teams.ours.pk).update(closes_at=days_ago(-40))
    client, pages = browse(people.manager), []

    for won_at in (None, days_ago(1)):
        Tally.objects.filter(pk=teams.ours.tally.pk).update(won_at=won_at)
        found = (url("inspect", teams.ours.pk), url("list"))
        pages.append([client.get(address).content.decode() for address in found])

    closing_day = date_format(day(40), "SHORT_DATE_FORMAT")
    assert ["<dt>Closes</dt>" in box for box, _ in pages] == [True, False]
    assert [closing_day in rows for _, rows in pages] == [True, False]


def test_who_may_choose_no_picture_is_offered_none(teams, people, browse):
    form = browse(people.river_manager).get(url("declare_victory", teams.ours.pk))

    assert "On which day?" in form.content.decode()
    assert 'name="picture"' not in form.content.decode()


def test_a_victory_begins_a_mailing_with_its_words_or_an_empty_one(teams, people, browse):
    Petition.objects.update(first_published_at=days_ago(30))
    page = make_campaign(teams.ours)
    client = browse(people.administrator)
    told = {"words": WORDS, "day": timezone.localdate().isoformat()}

    messages = []
    for each in (teams.ours, teams.theirs):
        client.cookies.pop("messages", None)  # as the page does that shows them
        client.post(url("declare_victory", each.pk), told)
        messages.append(said(client))
    client.post(reverse("mail_update"), {"update": f"{page.pk}-won"})

    assert f'href="{reverse("mail_update")}"' in messages[0]
    assert f'href="{reverse("mailings:add")}"' in messages[1]
    mailing = Mailing.objects.get()
    assert mailing.subject == "Won"
    assert WORDS.split()[0] in mailing.body[0].value.source


def test_whoever_takes_a_victory_back_reads_which_mailings_of_it_still_leave(teams, people, browse):
    declare_victory(teams.ours, by=None)
    moderator, administrator = browse(people.moderator), browse(people.administrator)
    ask(browse(people.editor), teams.ours, "undo_victory")
    answer = url("answer", teams.ours.pk, ActionRequest.objects.get().pk)
    paths = (url("undo_victory", teams.ours.pk), answer)
    make_mailing(teams.ours, subject="Not submitted")
    make_mailing(teams.theirs, subject="Of others", state="waiting", submitted_at=days_ago(1))

    without = [moderator.get(path).content.decode() for path in paths]
    make_mailing(teams.ours, subject="We won!", state="waiting", submitted_at=days_ago(1))
    unnamed = [moderator.get(path).content.decode() for path in paths]
    named = [administrator.get(path).content.decode() for path in paths]
    moderator.get("/admin/")
    moderator.post(answer, {"answer": "grant"})

    warning = "These mailings to the signers have not reached everybody yet, and still leave:"
    read = [warning in page for page in (*without, *unnamed, *named, said(moderator))]
    assert read == [False] * 2 + [True] * 5
    assert ["We won!" in page for page in (*unnamed, *named)] == [False] * 2 + [True] * 2
    assert not any("Of others" in page or "Not submitted" in page for page in named)
