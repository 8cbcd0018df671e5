"""The page of thanks: a signer's own at first, and the same for everybody who is given its URL."""

import pytest
from django.utils import timezone

from campaigns import caching
from campaigns.counting import counting
from campaigns.models import DefaultTexts, Petition, Tally
from tests.campaigns.public.test_views import PRIVATE, post
from tests.factories import (
    make_campaign,
    make_image,
    make_petition,
    make_signature,
    make_translation,
)

pytestmark = pytest.mark.django_db

CALL = {"text": "Letters need stamps.", "label": "Donate", "page": None, "is_quiet": False}
DONATE = CALL | {"url": "https://donate.example/?from={source}&a=b"}


def confirmed(client, petition: Petition, **fields: object) -> str:
    """Sign and confirm; return the URL to which the signer is redirected."""
    signature = make_signature(petition, confirmed_at=None, **fields)
    response = client.post(f"/signatures/confirm/{signature.token('confirm')}/")
    return response["Location"]


def test_the_signer_reads_their_number_and_loading_it_again_is_harmless(client):
    petition = make_petition(goal=1000)
    make_signature(petition, email="ben@example.org")

    url = confirmed(client, petition, name="Ada Lovelace")
    answers = [client.get(url) for _ in range(2)]

    assert [(a.status_code, a["Cache-Control"]) for a in answers] == [(200, PRIVATE)] * 2
    assert answers[0].content == answers[1].content
    text = answers[0].content.decode()
    assert '<span class="count-label">You are number</span> <strong class="count-number">2' in text
    assert '<progress max="1000" value="2"' in text
    assert "data-progress>2 / 1,000</progress>" in text
    assert "follows within ten seconds" not in text
    assert "Lovelace" not in text


def test_the_words_of_thanks_stand_above_the_ways_to_share(client):
    petition = make_petition(thanks_text="The river thanks you.")

    text = client.get(confirmed(client, petition)).content.decode()

    assert text.index("The river thanks you.") < text.index("data-share")


@pytest.mark.parametrize("blocks", [[], [("share", None), ("text", "<p>We meet in May.</p>")]])
def test_once_the_petition_has_ended_nobody_is_asked_to_pass_it_on(client, blocks):
    """Who signed in time can confirm for a day after closing."""
    petition = make_petition(thanks_text="Who else do you know?", thanks_blocks=blocks)
    url = confirmed(client, petition)
    said = {}
    for state, fields in (
        ("open", {}),
        ("closed", {"closes_at": timezone.now()}),
        ("won", {"won_at": timezone.now(), "won_words": "The dam is <off>."}),
        ("paused", {"paused_at": timezone.now(), "won_at": None}),
    ):
        Petition.objects.filter(pk=petition.pk).update(closes_at=fields.pop("closes_at", None))
        Tally.objects.update(**fields or {"won_at": None})
        caching.clear()
        said[state] = client.get(url).content.decode()

    found = {
        state: [
            words in text
            for words in ("Who else", "data-share", "has ended since", "See how it", "dam is &lt;")
        ]
        for state, text in said.items()
    }
    assert found == {
        "open": [True, True, False, False, False],
        "closed": [False, False, True, True, False],
        "won": [False, False, True, True, True],
        "paused": [False, True, False, False, False],
    }
    assert "We are not collecting signatures at the moment." in said["paused"]
    assert [("We meet in May." in text) for text in said.values()] == [bool(blocks)] * 4


def test_the_public_page_says_nothing_of_the_signer(client):
    url = confirmed(client, make_petition(), name="Ada Lovelace")
    path = url.rpartition("thanks/")[0] + "thanks/"
    before = client.get(path).content.decode()
    counting.recount()

    response = client.get(path)

    text = response.content.decode()
    assert "first to sign" not in before
    assert response["Cache-Control"].startswith("public")
    assert "You are number" not in text
    assert "Lovelace" not in text
    assert "follows within ten seconds" in text


def test_a_made_up_number_leads_to_the_public_page(client):
    petition = make_petition()

    response = client.get(f"{petition.url_path('thanks')}n1000000-0.aaaa/")

    assert (response.status_code, response["Location"]) == (302, petition.url_path("thanks"))


def test_below_the_number_from_which_the_count_is_shown_no_number_is_said(client):
    text = client.get(confirmed(client, make_petition(count_from=100, goal=10))).content.decode()

    assert "You are number" not in text
    assert "<progress" not in text


def test_without_confirmation_the_answer_says_how_many_have_signed(client):
    petition = make_petition(confirms_by_email=False)
    make_signature(petition, email="ben@example.org")

    text = client.get(post(client, petition)["Location"]).content.decode()

    assert "With you" in text
    assert '<strong class="count-number">2</strong>' in text
    assert '<span class="count-by">people have signed</span>' in text


def test_what_is_shared_is_the_page_that_was_signed_on(client):
    page = make_campaign()
    newer = make_campaign(page.petition, title="A newer story")

    url = confirmed(client, page.petition, page_id=page.pk)
    own, public = (
        client.get(each).content.decode() for each in (url, page.petition.url_path("thanks"))
    )

    assert f'data-url="{page.canonical_url}?source=link"' in own
    assert f'data-url="{newer.canonical_url}?source=link"' in public


def test_the_source_is_carried_on_to_our_own_pages_and_where_editors_want_it(client):
    page = make_campaign(make_petition(slug="other", title="Spare the forest"), slug="other")
    own = CALL | {"label": "Join", "page": page, "url": ""}
    plain = CALL | {"label": "Shop", "url": "https://shop.example/"}
    blocks = [("call_to_action", value) for value in (DONATE, own, plain)]
    petition = make_petition(thanks_blocks=[*blocks, ("campaign", {"campaign": None})])

    text = client.get(confirmed(client, petition, source="poster")).content.decode()

    assert 'href="https://donate.example/?from=poster&amp;a=b"' in text
    assert text.count(f'href="{page.url}?source=poster"') == 2
    assert 'href="https://shop.example/"' in text


@pytest.mark.parametrize("source", ["", "<script>", "a" * 41])
def test_what_is_no_source_is_carried_nowhere(client, source):
    petition = make_petition(thanks_blocks=[("call_to_action", DONATE)])

    own, public = confirmed(client, petition), petition.url_path("thanks")
    for url, code in ((own, source), (public, "poster")):
        text = client.get(url, {"source": code}).content.decode()

        assert 'href="https://donate.example/?from=&amp;a=b"' in text


def test_blocks_take_the_place_of_the_next_steps(client):
    make_campaign(make_petition(slug="other", title="Spare the forest"), slug="other")
    petition = make_petition(thanks_blocks=[("text", "<p>We meet in May.</p>")])

    text = client.get(petition.url_path("thanks")).content.decode()

    assert "We meet in May." in text
    assert "data-share" not in text
    assert "Spare the forest" not in text


def test_the_sites_blocks_are_the_default_and_those_of_the_petition_come_first(client):
    petition = make_petition()
    texts = DefaultTexts.objects.create(
        locale=petition.locale, thanks_blocks=[("text", "<p>Of the site.</p>"), ("share", None)]
    )
    site = client.get(petition.url_path("thanks")).content.decode()
    petition.thanks_blocks = [("text", "<p>Of the petition.</p>")]
    petition.save()
    caching.clear()

    own = client.get(petition.url_path("thanks")).content.decode()

    assert ("Of the site." in site, "data-share" in site) == (True, True)
    assert ("Of the site." in own, "Of the petition." in own) == (False, True)
    assert str(texts)


def test_a_campaign_that_is_no_longer_open_gives_way_to_one_that_is(client):
    closed = make_campaign(
        make_petition(slug="closed", closes_at=timezone.now()), title="Too late", slug="closed"
    )
    make_campaign(make_petition(slug="open"), title="Still open", slug="open")
    petition = make_petition(thanks_blocks=[("campaign", {"campaign": closed})])

    text = client.get(petition.url_path("thanks")).content.decode()

    assert ("Too late" in text, "Still open" in text) == (False, True)


def test_the_newest_update_of_the_story_is_shown(client):
    petition = make_petition(thanks_blocks=[("update", None)])
    day = timezone.localdate()
    make_campaign(petition, updates=[("update", {"day": day, "heading": "We were heard"})])

    assert "We were heard" in client.get(petition.url_path("thanks")).content.decode()


def test_a_page_with_many_blocks_takes_as_many_queries(client, settings, django_assert_num_queries):
    settings.CACHE_SECONDS = 60
    pages = [make_campaign(make_petition(slug=f"p{n}"), slug=f"p{n}") for n in range(3)]

    def blocks(number: int) -> list:
        calls = [("call_to_action", CALL | {"page": page, "url": ""}) for page in pages[:number]]
        pictures = [
            ("image", {"image": make_image(), "caption": "", "credit": "", "size": "text"})
            for _ in range(number)
        ]
        return [*calls, *pictures, ("share", None), ("campaign", {"campaign": None})]

    petition = make_petition(thanks_blocks=blocks(1))
    make_campaign(petition, slug="story")
    for number in (2, 3):
        petition.thanks_blocks = blocks(number)
        petition.save()
        caching.clear()
        client.get(petition.url_path("thanks"))  # makes the renditions
        caching.clear()
        with django_assert_num_queries(17):
            client.get(petition.url_path("thanks"))


def test_in_a_translation_no_block_is_in_another_language():
    petition = make_petition()
    english = DefaultTexts.objects.create(
        locale=petition.locale, thanks_blocks=[("call_to_action", DONATE)]
    )
    arabic = english.copy_for_translation(make_translation(petition, "ar").locale)
    arabic.save()

    arabic.clean()

    assert not arabic.thanks_blocks
