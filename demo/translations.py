"""The demo in two more languages: its home page, its navigation and one campaign."""

from types import ModuleType
from typing import TYPE_CHECKING, Any

from wagtail.models import Locale, Page

from campaigns.models import DefaultTexts, Petition, Topic
from campaigns.petitions import publishing
from demo import arabic, russian
from home.models import HomePage, Navigation

if TYPE_CHECKING:
    from demo.building import Builder

LANGUAGES = (russian, arabic)
CAMPAIGN = "keep-the-talva-free"


def build(builder: "Builder", home: HomePage) -> None:
    for words in LANGUAGES:
        Translator(builder, words).build(home)


class Translator:
    """Translates what `builder` has built into one language; existing texts are not changed."""

    def __init__(self, builder: "Builder", words: ModuleType) -> None:
        self.builder, self.words = builder, words
        self.locale, _ = Locale.objects.get_or_create(language_code=words.CODE)

    def build(self, original_home: HomePage) -> None:
        pages = self.builder.pages
        top = Page.get_first_root_node()
        home = self.make_page(
            top,
            original_home,
            self.words.HOME,
            slug=f"{original_home.slug}-{self.words.CODE}",
            featured_campaign=original_home.featured_campaign,
        )
        campaigns = self.make_page(home, pages["campaigns"], self.words.CAMPAIGNS)
        petition = self.make_petition(self.builder.petitions[CAMPAIGN])
        self.make_page(campaigns, pages[CAMPAIGN], self.words.STORY, petition=petition)
        for slug, title in self.words.TOPICS.items():
            self.make_topic(self.builder.topics[slug], title)
        self.make_snippet(DefaultTexts, footer=self.words.FOOTER)
        self.make_snippet(Navigation, main=[("link", {"page": campaigns, "label": ""})])

    def make_page(self, parent: Page, original: Page, text: dict[str, Any], **fields: Any) -> Page:
        model = type(original)
        same = {"translation_key": original.translation_key, "locale": self.locale}
        found: Page | None = model.objects.filter(**same).first()
        if found:
            return found
        copied = {
            name: getattr(original, name)
            for name in ("slug", "listing_image", "social_image", "published_on")
            if hasattr(original, name)
        }
        values = {**copied, **text, **fields}
        if "body" in text:
            values["body"] = self.builder.compose(text["body"])
        page = model(live=False, owner=self.builder.writer, **same, **values)
        parent.add_child(instance=page)
        page.save_revision(user=self.builder.writer)
        publishing.publish_page(page, by=self.builder.publisher)
        translated: Page = model.objects.get(pk=page.pk)
        return translated

    def make_petition(self, original: Petition) -> Petition:
        same = {"translation_key": original.translation_key, "locale": self.locale}
        if found := Petition.objects.filter(**same).first():
            return found
        words = dict(self.words.LETTER)
        targets, demands = words.pop("targets"), words.pop("demands")
        petition = original.copy_for_translation(self.locale)
        for name, value in words.items():
            setattr(petition, name, value)
        # As wagtail-localize translates: each block keeps its id, and a target its contact.
        for block, (name, role) in zip(petition.targets, targets, strict=True):
            block.value.update(name=name, role=role)
        for block, demand in zip(petition.demands, demands, strict=True):
            block.value = demand
        petition.save()
        petition.save_revision(user=self.builder.writer)
        publishing.publish(petition, by=self.builder.publisher)
        return Petition.objects.get(pk=petition.pk)

    def make_topic(self, original: Topic, title: str) -> None:
        Topic.objects.get_or_create(
            translation_key=original.translation_key,
            locale=self.locale,
            defaults={"title": title, "slug": original.slug},
        )

    def make_snippet(self, model: type[DefaultTexts] | type[Navigation], **fields: Any) -> None:
        original = model.objects.get(locale=Locale.get_default())
        model.objects.get_or_create(
            translation_key=original.translation_key, locale=self.locale, defaults=fields
        )
