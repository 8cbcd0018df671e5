"""Which campaign a signer is asked to sign next: by rule, in their language, never the same one."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns.models import CampaignPage, Petition, Tally
from campaigns.pages.next_steps import next_campaigns
from campaigns.templatetags.petitions import related_campaigns
from tests.factories import make_campaign, make_image, make_petition, make_topic, make_translation

pytestmark = pytest.mark.django_db


def campaign(title: str, days: int, **fields: object) -> CampaignPage:
    """A campaign that is this many days old."""
    day = timezone.localdate() - timedelta(days=days)
    return make_campaign(make_petition(title=title), title=title, published_on=day, **fields)


def titles(petition: Petition) -> list[str]:
    return [page.title for page in next_campaigns(Petition.objects.get(pk=petition.pk))]


def choose(petition: Petition, page: CampaignPage) -> None:
    Petition.objects.filter(pk=petition.pk).update(next_campaign=page)


def test_the_chosen_comes_first_then_the_same_topic_then_the_newest():
    rivers = make_topic()
    signed = campaign("Signed", 0, topics=[rivers])
    campaign("Newest", 1)
    campaign("Newer", 2)
    campaign("Same topic", 3, topics=[rivers])
    choose(signed.petition, campaign("Chosen", 4))

    assert titles(signed.petition) == ["Chosen", "Same topic", "Newest"]


def test_without_choice_and_topic_the_newest_come_first():
    signed = campaign("Signed", 0, topics=[make_topic("Alone")])
    for days in (3, 1, 2):
        campaign(f"{days} days old", days)

    assert titles(signed.petition) == ["1 days old", "2 days old", "3 days old"]


def test_what_was_signed_does_not_come_again_on_whatever_page():
    signed = campaign("Signed", 1)
    again = make_campaign(signed.petition, title="The same on another page")
    choose(signed.petition, again)

    assert titles(signed.petition) == []


def close(page: CampaignPage) -> None:
    past = timezone.now() - timedelta(days=1)
    Petition.objects.filter(pk=page.petition_id).update(closes_at=past)


GONE = {
    "closed": close,
    "won": lambda page: Tally.objects.filter(petition=page.petition).update(won_at=timezone.now()),
    "a draft": lambda page: CampaignPage.objects.filter(pk=page.pk).update(live=False),
    "private": lambda page: PageViewRestriction.objects.create(page=page, restriction_type="login"),
}


@pytest.mark.parametrize("end", GONE.values(), ids=GONE)
def test_nobody_is_led_to_where_they_cannot_sign(end):
    signed, chosen = campaign("Signed", 0), campaign("Chosen", 2)
    campaign("Newest", 1)
    choose(signed.petition, chosen)
    before = titles(signed.petition)

    end(chosen)

    assert (before, titles(signed.petition)) == (["Chosen", "Newest"], ["Newest"])


def test_it_is_said_in_the_signers_language():
    rivers = make_topic()
    signed = campaign("Signed", 0, topics=[rivers])
    alike, chosen = campaign("Same topic", 3, topics=[rivers]), campaign("Chosen", 4)
    choose(signed.petition, chosen)
    campaign("English alone", 1)
    for page, title in ((alike, "Та же тема"), (chosen, "Выбранная"), (signed, "Подписанная")):
        petition = make_translation(page.petition, "ru", title=title)
        russian = page.copy_for_translation(petition.locale, copy_parents=True)
        russian.title, russian.listing_summary, russian.petition = title, title, petition
        russian.save_revision().publish()

    assert titles(Petition.objects.get(title="Подписанная")) == ["Выбранная", "Та же тема"]


def test_the_choice_is_the_originals_and_a_draft_of_it_changes_nothing_yet():
    signed = campaign("Signed", 0)
    chosen, newest = campaign("Chosen", 2), campaign("Newest", 1)
    draft = Petition.objects.get(pk=signed.petition.pk)
    draft.next_campaign = chosen
    revision = draft.save_revision()

    before = titles(signed.petition)
    revision.publish()

    assert (before[0], titles(signed.petition)[0]) == (newest.title, chosen.title)


def test_a_deleted_campaign_harms_neither_petition_nor_old_versions():
    signed, chosen = campaign("Signed", 0), campaign("Chosen", 1)
    draft = Petition.objects.get(pk=signed.petition.pk)
    draft.next_campaign = chosen
    revision = draft.save_revision()
    revision.publish()

    chosen.delete()
    revision.publish()

    assert titles(signed.petition) == []


def test_the_thanks_have_one_next_action_before_the_others(client):
    signed = campaign("Signed", 0)
    first, second = campaign("First", 1, listing_image=make_image()), campaign("Second", 2)

    text = client.get(signed.petition.url_path("thanks")).content.decode()

    button = f'<a class="button" href="{first.url}">Read and sign'
    assert (text.count("Read and sign"), button in text) == (1, True)
    assert 0 < text.index(button) < text.index(f'href="{second.url}"')


def test_thanks_take_as_many_queries_for_three_as_for_one(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(signed.petition.url_path("thanks")).status_code == 200
        return len(found)

    signed = campaign("Signed", 0, topics=[make_topic()])
    campaign("One", 1, listing_image=make_image())
    queries()  # makes the rendition
    one = queries()
    for title in ("Two", "Three"):
        campaign(title, 2, listing_image=make_image())
    with CaptureQueriesContext(connection) as own:
        found = next_campaigns(Petition.objects.select_related("locale").get(pk=signed.petition.pk))

    assert len(found) == 3
    # The petition and its tally; restrictions of pages, unused home pages (which the site caches),
    # the campaigns, and their tallies.
    assert len(own) == 6
    assert queries() == one


def test_in_a_frame_it_opens_in_a_window_of_its_own(client):
    signed = campaign("Signed", 0)
    Petition.objects.filter(pk=signed.petition_id).update(embed_sites="https://example.org")
    first = campaign("First", 1)

    text = client.get(signed.petition.url_path("thanks", framed=True)).content.decode()

    assert f'href="{first.url}" target="_blank" rel="noopener"' in text


def test_the_related_campaigns_of_two_pages_are_not_mixed_up(reads_once):
    """A chosen page, and the petition of a page on which none is chosen, may have one number."""
    chosen = [campaign("Chosen", 2), campaign("Also chosen", 3)]
    campaign("Newest", 1)
    own = Petition(pk=chosen[0].pk, locale=chosen[0].locale)

    shown = related_campaigns({}, {"campaigns": chosen, "number": 3})
    newest = {"campaigns": [], "number": chosen[1].pk}
    shown_elsewhere = related_campaigns({"page": SimpleNamespace(petition=own)}, newest)

    assert [page.title for page in shown] == ["Chosen", "Also chosen"]
    assert [page.title for page in shown_elsewhere] == ["Newest", "Chosen", "Also chosen"]
