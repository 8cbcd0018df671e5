"""Where links in rich text lead: pages' addresses as they were some seconds ago.

Wagtail reads each linked page whole, text by text. Valid while no page has an address of its own
making (`get_url_parts`).
"""

import re
from collections.abc import Iterable, Iterator

from django.utils import translation
from django.utils.html import escape
from wagtail.models import Page
from wagtail.rich_text import LinkHandler

from campaigns.caching import cached_many

LINK = re.compile(r"""<a\s(?=[^>]*linktype="page")[^>]*\bid="(\d{1,9})\"""")


class PageLinks(LinkHandler):
    identifier = "page"

    @staticmethod
    def get_model() -> type[Page]:
        return Page

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        numbers = [attrs.get("id", "") for attrs in attrs_list]
        found = addresses(number for number in numbers if number.isdecimal())
        return [
            f'<a href="{escape(found[number])}">' if found.get(number) else "<a>"
            for number in numbers
        ]

    @classmethod
    def extract_references(
        cls, attrs: dict[str, str]
    ) -> Iterator[tuple[type[Page], str, str, str]]:
        yield Page, attrs["id"], "", ""


def address(page: Page) -> str:
    """In the reader's language, if the page is live in it; "" for one that has no address."""
    return addresses([str(page.pk)]).get(str(page.pk), "")


def addresses(numbers: Iterable[str]) -> dict[str, str]:
    """The same of several pages, as far as they are there."""
    return cached_many(("page", translation.get_language()), numbers, read)


def fetch(texts: Iterable[str], pages: Iterable[Page]) -> None:
    """Read together what is about to be shown one by one: links in texts, and of other pages."""
    numbers = {number for text in texts for number in LINK.findall(text)}
    addresses(numbers | {str(page.pk) for page in pages})


def read(numbers: list[str]) -> dict[str, str]:
    pages = Page.objects.filter(pk__in=numbers).select_related("locale")
    code = translation.get_language()
    keys = {page.translation_key for page in pages if page.locale.language_code != code}
    there = Page.objects.live().filter(translation_key__in=keys, locale__language_code=code)
    translated = {page.translation_key: page for page in there} if keys else {}
    found = {page: translated.get(page.translation_key, page) for page in pages}
    return {str(page.pk): in_language.url or "" for page, in_language in found.items()}
