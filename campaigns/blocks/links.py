"""The URLs of live pages and documents to which rich text and blocks link.

The URLs of pages are cached for a few seconds.

A link to a draft would lead readers to an error, and reveal its URL.

Wagtail's own handler loads every linked page in full, once for each text. This one fetches only the
URLs, for all links of a story together. This is correct as long as no page class overrides
`get_url_parts()`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from operator import attrgetter
from typing import Any

from django.utils import translation
from django.utils.html import escape
from wagtail.documents.models import AbstractDocument
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.models import Page
from wagtail.rich_text import LinkHandler

from campaigns.caching import cached_many

NUMBER = re.compile(r"[0-9]{1,9}")
LINK = re.compile(r"""<a\s(?=[^>]*linktype="page")[^>]*\bid="(\d{1,9})\"""")


_drafts_too = ContextVar("drafts_too", default=False)
_document_url: ContextVar[Callable[[AbstractDocument], str]] = ContextVar(
    "document_url", default=attrgetter("url")
)


class PageLinks(LinkHandler):
    """Replaces Wagtail's `PageLinkHandler` and implements the interface of `LinkHandler`."""

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
        found = page_urls(number for number in numbers if NUMBER.fullmatch(number))
        return [
            f'<a href="{escape(found[number])}">' if found.get(number) else "<a>"
            for number in numbers
        ]

    @classmethod
    def extract_references(
        cls, attrs: dict[str, str]
    ) -> Iterator[tuple[type[Page], str, str, str]]:
        yield Page, attrs["id"], "", ""


class DocumentLinks(DocumentLinkHandler):
    """Wagtail's handler, but an id that is not a number does not turn the whole page into a 500.

    The editor never writes such a link, but a handcrafted request may. The URLs are those of
    `document_url`.
    """

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[Any]:
        """Return the document of each link; None if it does not exist."""
        numbers = [attrs.get("id", "") for attrs in attrs_list]
        safe = [number if NUMBER.fullmatch(number) else "0" for number in numbers]
        found: list[Any] = super().get_many([{"id": number} for number in safe])
        return found

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        return [
            f'<a href="{escape(document_url(document))}">' if document else "<a>"
            for document in cls.get_many(attrs_list)
        ]


def document_url(document: AbstractDocument) -> str:
    return _document_url.get()(document)


@contextmanager
def documents_at(url_of: Callable[[AbstractDocument], str]) -> Iterator[None]:
    """Link to documents by these URLs in what is rendered here."""
    token = _document_url.set(url_of)
    try:
        yield
    finally:
        _document_url.reset(token)


def page_url(page: Page) -> str:
    """Return the page's URL, in the reader's language if it is live there; "" if it is not live."""
    return page_urls([str(page.pk)]).get(str(page.pk), "")


def page_urls(numbers: Iterable[str]) -> dict[str, str]:
    """Return the URLs of several pages by primary key; pages that are not live are left out."""
    kind = ("page", translation.get_language(), _drafts_too.get())
    return cached_many(kind, numbers, read)


@contextmanager
def drafts_too() -> Iterator[None]:
    """Keep links to drafts: what is rendered here is read later, when the pages may be live."""
    token = _drafts_too.set(True)
    try:
        yield
    finally:
        _drafts_too.reset(token)


def fetch(texts: Iterable[str], pages: Iterable[Page]) -> bool:
    """Cache the URLs of `pages` and of all pages that the texts link to, in one step.

    The blocks then find each URL in the cache when they are rendered one by one. Return whether
    all these pages are live.
    """
    numbers = {number for text in texts for number in LINK.findall(text)}
    numbers |= {str(page.pk) for page in pages}
    return all(map(page_urls(numbers).get, numbers))


def read(numbers: list[str]) -> dict[str, str]:
    """Read the URLs from the database: of each page's translation or, failing that, of the page."""
    pages = Page.objects.filter(pk__in=numbers).select_related("locale")
    code = translation.get_language()
    keys = {page.translation_key for page in pages if page.locale.language_code != code}
    there = Page.objects.live().filter(translation_key__in=keys, locale__language_code=code)
    translated = {page.translation_key: page for page in there} if keys else {}
    found = {page: translated.get(page.translation_key, page) for page in pages}
    return {
        str(page.pk): in_language.url or ""
        for page, in_language in found.items()
        if in_language.live or _drafts_too.get()
    }
