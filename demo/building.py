"""Builds the demo: its pages, its campaigns and its news. Existing objects are not changed."""

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page, Site

from campaigns.counting import counting
from campaigns.models import (
    ArticlePage,
    CampaignIndexPage,
    CampaignPage,
    CustomImage,
    DefaultTexts,
    NewsIndexPage,
    Petition,
    Signature,
    Tally,
    Topic,
)
from campaigns.petitions import immediate_actions, publishing
from campaigns.signatures import key_fingerprint, public_signers
from demo import (
    appeals,
    images,
    news,
    pages,
    petitions,
    signatures,
    staff,
    stories,
    translations,
)
from demo.writing import Block
from home.models import ContentPage, HomePage, Identity, Navigation

P = TypeVar("P", bound=Page)

VERBS = {
    "paused": immediate_actions.pause,
    "handed_over": immediate_actions.record_handover,
    "won": immediate_actions.declare_victory,
}
# The hours at which petitions open and close, in the demo's time zone.
MORNING, EVENING = time(7), time(22)


class ForeignSignatures(Exception):
    """The database contains signatures that the demo did not create."""


def build(*, share: float = 1) -> None:
    """Build the whole demo, with this share of its signatures, in one transaction.

    Raise ForeignSignatures, or ImproperlyConfigured if SIGNATURE_KEY is not the database's.
    """
    key_fingerprint.verify()
    if Signature.objects.exclude(source=signatures.SOURCE).exists():
        raise ForeignSignatures
    with transaction.atomic():
        Builder(timezone.now(), share).build()
        counting.recount()
        # Until then, PostgreSQL plans as if the table were empty, and compares each pair of rows.
        connection.cursor().execute(f"ANALYZE {Signature._meta.db_table}")
        public_signers.show()


class Builder:
    """Builds the demo, and remembers the objects by the names that the texts use for them."""

    def __init__(self, now: datetime, share: float) -> None:
        self.now, self.share = now, share
        self.pages: dict[str, Page] = {}
        self.petitions, self.topics = dict[str, Petition](), dict[str, Topic]()
        self.collections = staff.make_collections()
        staff.make_city_team(self.collections["City"])
        staff.make_staff()
        users = User.objects
        self.writer = users.get(username="editor")
        self.publisher = users.get(username="moderator")

    def build(self) -> None:
        site, home, is_new = self.make_home()
        self.topics = {slug: self.make_topic(home, slug) for slug in pages.TOPICS}
        privacy = self.make_page(home, ContentPage, pages.PRIVACY)
        campaigns = self.make_page(home, CampaignIndexPage, pages.CAMPAIGNS)
        articles = self.make_page(home, NewsIndexPage, pages.NEWS)
        for letter, story in zip(petitions.PETITIONS, stories.CAMPAIGNS, strict=True):
            self.make_campaign(campaigns, letter, story)
        for article in news.ARTICLES:
            self.make_page(articles, ArticlePage, article)
        about = self.make_page(home, ContentPage, pages.ABOUT)
        if is_new:
            self.finish_home(home)
        DefaultTexts.objects.get_or_create(locale=home.locale, defaults={"footer": pages.FOOTER})
        Navigation.objects.get_or_create(
            locale=home.locale,
            defaults={
                "main": links(campaigns, articles, about),
                "foot": links(privacy, about),
            },
        )
        self.recommend()
        translations.build(self, HomePage.objects.get(pk=home.pk))
        Identity.objects.get_or_create(
            site=site,
            defaults=pages.IDENTITY | {"privacy_page": privacy, "imprint_page": about},
        )

    # --- pages ---

    def make_home(self) -> tuple[Site, HomePage, bool]:
        """Return the site, its home page, and whether the page is new (it replaces Wagtail's)."""
        site = Site.objects.filter(is_default_site=True).first()
        root = site.root_page.specific if site else None
        if site and isinstance(root, HomePage):
            return site, root, False
        top = Page.get_first_root_node()
        home = self.make_page(top, HomePage, pages.HOME | {"body": []})
        address = urlsplit(settings.BASE_URL)
        site, _ = Site.objects.update_or_create(
            is_default_site=True,
            defaults={
                "root_page": home,
                "site_name": settings.WAGTAIL_SITE_NAME,
                "hostname": address.hostname,
                "port": address.port or (443 if address.scheme == "https" else 80),
            },
        )
        # The site must have another root page first, since deleting its root deletes the site.
        if root and root.specific_class is Page and not root.get_children().exists():
            root.delete()
        return site, home, True

    def finish_home(self, home: HomePage) -> None:
        """Fill in the parts of the home page that refer to pages built after it."""
        newest = HomePage.objects.get(pk=home.pk)
        newest.body = self.compose(pages.HOME["body"])
        newest.featured_campaign = self.pages["keep-the-talva-free"]
        newest.save_revision(user=self.writer)
        publishing.publish_page(newest, by=self.publisher)

    def make_page(self, parent: Page, model: type[P], text: dict[str, Any], **fields: Any) -> P:
        slug = text["slug"]
        found: P | None = model.objects.child_of(parent).filter(slug=slug).first()
        if found is None:
            page = model(live=False, owner=self.writer, **self.words(text), **fields)
            parent.add_child(instance=page)
            page.save_revision(user=self.writer)
            publishing.publish_page(page, by=self.publisher)
            found = cast(P, model.objects.get(pk=page.pk))
        self.pages[slug] = found
        return found

    def make_topic(self, home: HomePage, slug: str) -> Topic:
        topic, _ = Topic.objects.get_or_create(
            locale=home.locale, slug=slug, defaults={"title": pages.TOPICS[slug]}
        )
        return topic

    def recommend(self) -> None:
        """Create the recommended results for certain search terms."""
        for words, (slug, why) in pages.RECOMMENDED.items():
            SearchPromotion.objects.get_or_create(
                query=Query.get(words), page=self.pages[slug], defaults={"description": why}
            )

    def words(self, text: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of a page, made from its text."""
        names = ("title", "slug", "heading", "introduction")
        picture = self.image(text["image"])
        values = {
            "listing_summary": text["summary"],
            "listing_image": picture,
            "social_text": text["social"],
            **{name: text[name] for name in names if name in text},
        }
        if "body" in text:
            values["body"] = self.compose(text["body"])
        if "updates" in text:
            values["updates"] = [
                (kind, value | {"day": self.day(value["day"])}) for kind, value in text["updates"]
            ]
        if "topics" in text:
            values["topics"] = [self.topics[slug] for slug in text["topics"]]
        if "published" in text:
            values["published_on"] = self.day(text["published"])
        return values

    def compose(self, body: list[Block]) -> list[Block]:
        """Return the blocks of a story, with names replaced by the objects that they stand for."""
        return [(kind, self.resolve(kind, value)) for kind, value in body]

    def resolve(self, kind: str, value: Any) -> Any:
        match kind:
            case "image":
                return value | {"image": self.described(value["image"])}
            case "gallery":
                images = [
                    {"image": self.described(name), "caption": ""} for name in value["images"]
                ]
                return value | {"images": images}
            case "appeal":
                return {"appeal": appeals.appeal()}
            case "petition":
                return {"petition": self.petitions.get(value["petition"])}
            case "call_to_action":
                return value | {"page": self.pages[value["page"]]}
        return value

    def described(self, name: str) -> dict[str, Any]:
        image = self.image(name)
        return {"image": image, "alt_text": image.description, "decorative": False}

    # --- petitions ---

    def make_campaign(self, parent: Page, letter: dict[str, Any], story: dict[str, Any]) -> None:
        slug = letter["slug"]
        petition = Petition.objects.filter(slug=slug, locale=parent.locale).first()
        is_new = petition is None
        self.petitions[slug] = petition or self.make_petition(letter)
        page = self.make_page(parent, CampaignPage, story, petition=self.petitions[slug])
        if is_new:
            signatures.sign(self.petitions[slug], page, share=self.share, now=self.now)

    def make_petition(self, letter: dict[str, Any]) -> Petition:
        rest = dict(letter)
        opens, closes = rest.pop("opens"), rest.pop("closes", None)
        moments = {name: self.at(rest.pop(name)) for name in VERBS if name in rest}
        petition = Petition(
            live=False,
            collection=self.collections[rest.pop("collection")],
            targets=[appeals.target(name, role) for name, role in rest.pop("targets")],
            demands=[("demand", demand) for demand in rest.pop("demands")],
            opens_at=self.at(opens),
            closes_at=closes and self.at(closes, EVENING),
            **rest,
        )
        petition.save()
        petition.save_revision(user=self.writer)
        publishing.publish(petition, by=self.publisher)
        for name, moment in moments.items():
            VERBS[name](petition, by=self.publisher)
            # The action took place some days ago, and there are no signatures after it.
            when = {f"{name}_at": moment, **({"won_on": moment.date()} if name == "won" else {})}
            Tally.objects.filter(petition=petition).update(**when)
        return Petition.objects.get(pk=petition.pk)

    # --- pictures and days ---

    def image(self, name: str) -> CustomImage:
        """Return one of the demo's `images`, which is added to the image library only once."""
        picture = images.PICTURES[name]
        found: CustomImage | None = CustomImage.objects.filter(title=picture.title).first()
        if found:
            return found
        image = CustomImage(
            title=picture.title,
            description=picture.description,
            credit=picture.credit,
            uploaded_by_user=self.writer,
        )
        # Stored unchanged: it contains no metadata, and compressing it again would make it larger.
        image.file.save(f"{name}.jpg", ContentFile(images.read(name)), save=False)
        image.width, image.height = image.file.width, image.file.height
        image.note_file()
        image.save()
        return image

    def day(self, when: date | int) -> date:
        """Return the given day, or the day that many days from today."""
        return (
            timezone.localdate(self.now) + timedelta(days=when) if isinstance(when, int) else when
        )

    def at(self, when: datetime | int, hour: time = MORNING) -> datetime:
        """Return the given moment, or this hour on the day that many days from today."""
        if isinstance(when, int):
            return timezone.make_aware(datetime.combine(self.day(when), hour))
        return when


def links(*targets: Page) -> list[Block]:
    return [("link", {"page": page, "label": ""}) for page in targets]


def make_renditions() -> None:
    """Render each page once, so that the first visitor does not wait for its pictures."""
    for page in Page.objects.live().filter(depth__gt=1).specific():
        page.make_preview_request()
