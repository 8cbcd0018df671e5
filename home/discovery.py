"""Feeds, the sitemap and robots.txt."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.contrib.syndication.views import Feed
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.models import Locale, PageLogEntry

from campaigns import scheduling
from campaigns.cache_control import public
from campaigns.pages import timeline
from campaigns.pages.campaign import CampaignPage
from campaigns.pages.listed import bare_petitions, listed_pages
from campaigns.pages.news import ArticlePage
from campaigns.pages.public_page import PublicPage
from campaigns.petitions.petition import Petition
from campaigns.petitions.texts import organisation_name

NEWEST = 20
# New updates are looked for in this many campaigns, those published last.
MOST_CAMPAIGNS = 100
# The characters that XML 1.0 does not allow. They get into texts that are copied from a PDF or from
# a word processor, where a vertical tab or a form feed divides lines.
NOT_XML = {0x0B: " ", 0x0C: " "} | dict.fromkeys(
    [*range(0x09), *range(0x0E, 0x20), 0xFFFE, 0xFFFF], ""
)


class Item(NamedTuple):
    """An entry of a feed: a campaign, an article, or an update of a campaign."""

    title: str
    description: str
    url: str
    day: date
    changed_at: datetime | None
    # When it was first published, as far as known.
    first_at: datetime | None = None

    @property
    def published_at(self) -> datetime:
        """The time of publication: on the day that the editor chose, in the site's time zone.

        If it was first published on that day, this is the actual time: a newsletter of everything
        newer than the last issue would otherwise miss an article of this afternoon. In all other
        cases it is the beginning of the day, or, if the day was still to come, the moment at which
        it was first published: nothing in a feed is of the future.
        """
        if self.first_at and timezone.localdate(self.first_at) == self.day:
            return self.first_at
        begin = timezone.make_aware(datetime.combine(self.day, time.min))
        if self.changed_at and self.changed_at < begin:
            return self.first_at or self.changed_at
        return begin


def of_page(page: CampaignPage | ArticlePage) -> Item:
    words = page.title, page.description, page.canonical_url
    return Item(*words, page.published_on, page.last_published_at, page.first_published_at)


def of_updates(campaigns: list[CampaignPage]) -> Iterator[Item]:
    found = [(each, update) for each in campaigns for update in timeline.updates_of(each.updates)]
    published = published_on_days(found)
    for campaign, update in found:
        named = {"campaign": campaign.title, "update": update.heading}
        title = _("%(campaign)s: %(update)s") % named
        url = campaign.canonical_url + update.path
        words = title, update.summary or campaign.description, url
        # An update has no moment of its own: it is published and changed with its campaign.
        changed_at = campaign.last_published_at
        first_at = published.get((campaign.pk, update.key), changed_at)
        yield Item(*words, update.day, changed_at, first_at)


def published_on_days(
    found: list[tuple[CampaignPage, timeline.Entry]],
) -> dict[tuple[int, str], datetime]:
    """Return when each update was first published on its day, by its campaign and its key.

    The log knows it: the campaign may have been published again since, on the same day. Updates
    of older days than those of the newest are in no feed.
    """
    days = sorted({update.day for _campaign, update in found}, reverse=True)[:NEWEST]
    entries = PageLogEntry.objects.filter(
        page__in={campaign.pk for campaign, update in found if update.day in days},
        action__in=("wagtail.publish", scheduling.SCHEDULED),
        timestamp__date__in=days,
    )
    texts = entries.annotate(updates=KeyTextTransform("updates", "revision__content")).order_by(
        "timestamp"
    )
    first: dict[tuple[int, str], datetime] = {}
    for page, at, text in texts.values_list("page", "timestamp", "updates"):
        keys = {
            (block.get("id") or "")[: timeline.KEY_LENGTH] for block in json.loads(text or "[]")
        }
        for campaign, update in found:
            if (campaign.pk, update.day) == (page, timezone.localdate(at)) and update.key in keys:
                first.setdefault((page, update.key), at)
    return first


class Newest(Feed):  # type: ignore[type-arg]  # generic in the stubs only
    """Campaigns, their updates and articles in the active language, newest first (RSS 2.0)."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed

    def title(self) -> str:
        return organisation_name().translate(NOT_XML)

    def description(self) -> str:
        return _("New campaigns, their updates and news")

    def link(self) -> str:
        """Return the URL of the home page in this language; Atom uses it as the feed's ID."""
        return settings.BASE_URL + reverse("wagtail_serve", args=[""])

    def feed_url(self) -> str:
        return settings.BASE_URL + reverse("rss")

    def items(self) -> list[Item]:
        code = translation.get_language()
        campaigns, articles = (
            CampaignPage.public().filter(locale__language_code=code),
            ArticlePage.public().filter(locale__language_code=code),
        )
        changed = campaigns.exclude(updates=[]).order_by("-last_published_at")[:MOST_CAMPAIGNS]
        found = [of_page(page) for kind in (campaigns, articles) for page in kind[:NEWEST]]
        found += of_updates(list(changed))
        return sorted(found, key=lambda item: item.published_at, reverse=True)[:NEWEST]

    def item_title(self, item: Item) -> str:
        return item.title.translate(NOT_XML)

    def item_description(self, item: Item) -> str:
        """Return the description as HTML, which both formats expect, unlike in titles."""
        return escape(item.description.translate(NOT_XML))

    def item_link(self, item: Item) -> str:
        return item.url

    def item_pubdate(self, item: Item) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Item) -> datetime:
        return item.changed_at or item.published_at


class NewestAtom(Newest):
    feed_type = Atom1Feed
    subtitle = Newest.description
    author_name = Newest.title

    def feed_url(self) -> str:
        return settings.BASE_URL + reverse("atom")


class Update(NamedTuple):
    """An update of a campaign, which has a URL of its own."""

    campaign: CampaignPage
    path: str

    @property
    def locale(self) -> Locale:
        return self.campaign.locale

    @property
    def translation_key(self) -> tuple[object, str]:
        """The key that a translated update shares with its original, as its campaign does."""
        return self.campaign.translation_key, self.path

    @property
    def last_published_at(self) -> datetime | None:
        """When its campaign was last published: an update cannot have changed since."""
        return self.campaign.last_published_at

    def get_url(self) -> str:
        return (self.campaign.get_url() or "/") + self.path


Mapped = PublicPage | Petition | Update


class Pages(Sitemap):  # type: ignore[type-arg]  # generic in the stubs only
    """All public pages, with their translations and updates, and all petitions without a page."""

    def items(self) -> list[Mapped]:
        found = listed_pages().filter(depth__gt=1).order_by("path")
        pages = list(found.specific())
        # `specific` would look up the language of each page by itself.
        locales = Locale.all_objects.in_bulk()
        for page in pages:
            page.locale = locales[page.locale_id]
        campaigns = [page for page in pages if isinstance(page, CampaignPage)]
        updates = [
            Update(campaign, update.path)
            for campaign in campaigns
            for update in timeline.updates_of(campaign.updates)
            if update.path
        ]
        return [*pages, *updates, *bare_petitions().select_related("locale").order_by("pk")]

    def location(self, item: Mapped) -> str:
        return item.url_path() if isinstance(item, Petition) else item.get_url() or "/"

    def lastmod(self, item: Mapped) -> datetime | None:
        return item.last_published_at

    def get_urls(
        self, page: int | str = 1, site: object = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the entries with URLs below BASE_URL, for whatever host name is in the request.

        Overrides Django's `Sitemap.get_urls`; `site` and `protocol` are ignored.
        """
        ours = urlsplit(settings.BASE_URL)
        site = SimpleNamespace(domain=ours.netloc)  # Django reads no other attribute
        urls = super().get_urls(page, site, ours.scheme)  # type: ignore[arg-type]
        versions: dict[object, list[dict[str, str]]] = {}
        for url in urls:
            code = url["item"].locale.language_code
            version = {"lang_code": code, "location": url["location"]}
            versions.setdefault(url["item"].translation_key, []).append(version)
        for url in urls:
            others = versions[url["item"].translation_key]
            url["alternates"] = others if len(others) > 1 else []
        return urls


rss = public(Newest())
atom = public(NewestAtom())


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    return sitemap_view(request, sitemaps={"pages": Pages}).render()


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Point search engines to the sitemap, and away from the CMS and from signers' links.

    The responses of signers' links also have `X-Robots-Tag: noindex`.
    """
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /signatures/",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
