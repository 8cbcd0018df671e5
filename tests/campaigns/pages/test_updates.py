"""An update of a campaign: its own URL, a picture, and its place in the feeds."""

from datetime import UTC, date, datetime
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageLogEntry, PageViewRestriction
from wagtail_localize.segments.extract import extract_segments

from campaigns import freshness
from campaigns.models import CampaignPage
from campaigns.pages import timeline
from home.checklist import answers
from tests.factories import make_article, make_campaign, make_image, make_petition
from tests.home.test_discovery import ATOM, titles

pytestmark = pytest.mark.django_db


def update(heading: str = "Four hundred boats", day: int = 4, **values: object):
    text = "<p>They went <b>down</b> the gorge.</p>"
    return "update", {"day": date(2026, 5, day), "heading": heading, "text": text, **values}


def with_picture(alt: str = "Boats in a gorge", **values: object):
    image = {"image": make_image(credit="© Ada").pk, "alt_text": alt, "decorative": False}
    picture = {"image": image, "caption": "On Sunday"}
    return {"pictures": [{"type": "item", "value": picture, "id": str(uuid4())}]} | values


def make_updated(*updates, **fields: object) -> CampaignPage:
    page = make_campaign(**fields)
    block = CampaignPage._meta.get_field("updates").stream_block
    page.updates = block.to_python([{"type": kind, "value": value} for kind, value in updates])
    page.save_revision().publish()
    return CampaignPage.objects.get(pk=page.pk)


def addresses(page: CampaignPage) -> list[str]:
    return [page.url + entry.path for entry in timeline.updates_of(page.updates)]


def plain(*given):
    """Updates in the form in which they are stored."""
    return [(kind, value | {"day": value["day"].isoformat()}) for kind, value in given]


def test_an_update_has_an_address_of_its_own_that_signs(client):
    page = make_updated(*plain(update(), update("The minister has answered", 6)))
    first, second = addresses(page)

    story = client.get(page.url).content.decode()
    response = client.get(first)

    assert [f'href="{address}"' in story for address in (first, second)] == [True, True]
    text = response.content.decode()
    assert response["Cache-Control"].startswith("public")
    assert "Four hundred boats</h1>" in text
    assert "The minister has answered" not in text
    assert f'<link rel="canonical" href="{settings.BASE_URL}{first}">' in text
    assert '<meta property="og:title" content="Four hundred boats">' in text
    assert 'content="They went down the gorge."' in text
    assert f'href="{page.url}"' in text
    assert f'name="page" value="{page.pk}"' in text


def test_the_address_of_an_update_leads_to_it_when_its_campaign_is_renamed_or_moved(
    client, django_capture_on_commit_callbacks
):
    page = make_updated(*plain(update()))
    before = [page.url, *addresses(page)]

    page.slug = "the-last-river"
    index = page.get_parent()
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
        index.slug = "letters"
        index.save()

    page = CampaignPage.objects.get(pk=page.pk)
    assert page.url == "/letters/the-last-river/"
    after = [client.get(address)["Location"] for address in before]
    assert after == [page.url, *addresses(page)]


def test_the_address_of_a_draft_is_told_to_nobody(client, django_capture_on_commit_callbacks):
    page = make_campaign(live=False, slug="secret")
    before, page.slug = page.url, "as-secret"

    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision()
        page.save()

    assert client.get(before).status_code == 404
    assert not Redirect.objects.exists()


def test_what_an_update_says_is_shared_as_plain_words_with_spaces_between_paragraphs(client):
    text = "<p>Tom &amp; Jerry won.</p><ul><li>3 &lt; 5</li><li>It<br/>counts</li></ul>"
    page = make_updated(*plain(update(text=text)))
    (address,) = addresses(page)

    shown = client.get(address).content.decode()
    feeds = [client.get(f"/feeds/{name}.xml").content for name in ("rss", "atom")]
    rss, atom = (ElementTree.fromstring(feed) for feed in feeds)

    escaped = "Tom &amp; Jerry won. 3 &lt; 5 It counts"
    assert shown.count(f'content="{escaped}"') == 2
    assert [item.findtext("description") for item in rss.iter("item")][1] == escaped
    summary = atom.findall("a:entry/a:summary", ATOM)[1]
    assert (summary.get("type"), summary.text) == ("html", escaped)


def test_the_address_stays_when_the_words_change(client):
    page = make_updated(*plain(update()))
    (address,) = addresses(page)

    page.updates[0].value["heading"] = "Five hundred boats"
    page.save_revision().publish()

    assert "Five hundred boats</h1>" in client.get(address).content.decode()


def test_an_update_that_is_gone_or_hidden_is_not_found(client):
    page = make_updated(*plain(update()))
    (address,) = addresses(page)

    assert client.get(f"{page.url}updates/deadbeef/").status_code == 404
    assert client.get(f"{page.url}updates/").status_code == 404
    assert client.get(f"{address}more/").status_code == 404
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert client.get(address).status_code == 302
    page.unpublish()
    assert client.get(address).status_code == 404


def test_an_update_may_hold_a_picture(client):
    page = make_updated(*plain(update(**with_picture())))
    (address,) = addresses(page)

    for path in (page.url, address):
        text = client.get(path).content.decode()
        assert 'alt="Boats in a gorge"' in text
        assert "On Sunday" in text
        assert "© Ada" in text
    assert (
        '<meta property="og:image:alt" content="Boats in a gorge">'
        in client.get(address).content.decode()
    )


def test_many_pictures_take_as_many_queries_as_two(client, monkeypatch):
    monkeypatch.setattr(freshness, "FRAGMENT_SECONDS", 60)  # however slow this machine is

    def queries(page: CampaignPage) -> int:
        client.get(page.url)  # makes the renditions
        with CaptureQueriesContext(connection) as found:
            client.get(page.url)
        return len(found)

    few = make_updated(*plain(*(update(**with_picture()) for _ in range(2))))
    many = make_updated(
        *plain(*(update(**with_picture()) for _ in range(4))),
        petition=make_petition(slug="many"),
        slug="many",
    )

    assert queries(many) == queries(few)


def test_updates_are_in_the_feeds_the_newest_first(client):
    page = make_updated(
        *plain(update(day=4), update("The minister has answered", 6)),
        title="The river",
        published_on=date(2026, 5, 1),
    )
    make_article(title="News", published_on=date(2026, 5, 5))
    make_campaign(make_petition(slug="other"), title="Other", published_on=date(2026, 5, 2))

    assert titles(client) == [
        "The river: The minister has answered",
        "News",
        "The river: Four hundred boats",
        "Other",
        "The river",
    ]
    rss = ElementTree.fromstring(client.get("/feeds/rss.xml").content)
    item = next(rss.iter("item"))
    assert item.findtext("link") == settings.BASE_URL + addresses(page)[1]
    assert item.findtext("description") == "They went down the gorge."


def test_an_update_of_today_has_the_moment_at_which_its_campaign_was_published(client):
    """So has an update whose day is still to come: it is public at once."""
    updates = update(day=4), update("Answered", 6), update("The vote", 30)
    page = make_updated(*plain(*updates), title="The river")
    at = datetime(2026, 5, 6, 15, 30, tzinfo=UTC)
    fields = {"published_on": date(2026, 5, 1), "last_published_at": at}
    CampaignPage.objects.filter(pk=page.pk).update(**fields)

    answer = client.get("/feeds/rss.xml")

    items = list(ElementTree.fromstring(answer.content).iter("item"))
    assert [(item.findtext("title"), item.findtext("pubDate")) for item in items[:3]] == [
        ("The river: Answered", "Wed, 06 May 2026 15:30:00 +0000"),
        ("The river: The vote", "Wed, 06 May 2026 15:30:00 +0000"),
        ("The river: Four hundred boats", "Mon, 04 May 2026 00:00:00 +0000"),
    ]
    assert answer["Last-Modified"] == "Wed, 06 May 2026 15:30:00 GMT"


def test_an_update_keeps_its_moment_when_its_campaign_is_published_again_on_the_day(client):
    page = make_updated(*plain(update(day=6)), title="The river")
    first, again = (datetime(2026, 5, 6, hour, 30, tzinfo=UTC) for hour in (15, 17))
    for at in (first, again):
        revision = page.save_revision()
        revision.publish()
        PageLogEntry.objects.filter(revision=revision).update(timestamp=at)
        CampaignPage.objects.filter(pk=page.pk).update(last_published_at=at)

    answer = client.get("/feeds/rss.xml")

    items = {
        item.findtext("title"): item.findtext("pubDate")
        for item in ElementTree.fromstring(answer.content).iter("item")
    }
    assert items["The river: Four hundred boats"] == "Wed, 06 May 2026 15:30:00 +0000"


def test_the_feeds_take_no_more_queries_with_more_updates(client):
    def queries() -> int:
        client.get("/feeds/rss.xml")
        with CaptureQueriesContext(connection) as found:
            client.get("/feeds/rss.xml")
        return len(found)

    make_updated(*plain(update()))
    few = queries()
    for number in range(3):
        fields = {"petition": make_petition(slug=f"p-{number}"), "slug": f"c-{number}"}
        make_updated(*plain(update(), update()), **fields)

    assert queries() == few


def test_no_update_of_a_hidden_campaign_is_in_a_feed(client):
    hidden = make_updated(*plain(update()))
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")

    assert titles(client) == []


def test_a_proxy_forgets_the_updates_with_their_page():
    page = make_updated(*plain(update()))

    assert page.get_cached_paths() == ["/", f"/updates/{page.updates[0].id[:8]}/"]


def test_the_checklist_looks_at_the_pictures_of_updates():
    page = make_updated(*plain(update(**with_picture(alt=" "))))

    assert answers(page, privacy_url="")["alternative"] is False


@pytest.mark.parametrize("values", [{}, with_picture], ids=["without a picture", "with one"])
def test_a_page_with_updates_is_translated(values):
    page = make_updated(*plain(update(**(values() if values else {}))))

    texts = {
        str(segment.string) for segment in extract_segments(page) if hasattr(segment, "string")
    }

    assert "Four hundred boats" in str(texts)
    assert ("Boats in a gorge" in str(texts)) == bool(values)
