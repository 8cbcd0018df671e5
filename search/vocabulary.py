"""The words that the public can read in one language, for `search.spelling`.

The words of a story are read once for each published version of its page, and stay in the memory of
the process. The check of what the public may read is repeated each time: no word comes from a page
or a petition that was unpublished.
"""

import re
from collections.abc import Hashable, Iterable, Iterator
from sys import intern
from threading import Lock

from cachetools import LRUCache
from django.db.models import F, Model, QuerySet
from wagtail.models import Locale, Page
from wagtail.search import index

from campaigns.caching import cached
from campaigns.pages.campaign import CampaignPage
from campaigns.pages.news import ArticlePage
from campaigns.petitions.petition import Petition
from search import finding
from search.finding import Question

WORD = re.compile(r"[^\W\d_]+")
# The texts of this many of the newest pages, and of the newest petitions, are read as a whole.
# Older pages contribute their titles and summaries.
MOST_READ = 300
SUMMARIES = (CampaignPage, ArticlePage)

# A model, a primary key, and its live version.
Version = tuple[Hashable, ...]

# The words of each version: room for the pages and petitions of six languages. The least recently
# used versions are dropped first.
_words: LRUCache[Version, tuple[str, ...]] = LRUCache(12 * MOST_READ)
_lock = Lock()


def vocabulary(locale: Locale) -> dict[str, str]:
    """Return the words in lower case, each mapped to itself, in alphabetical order."""
    key = ("vocabulary", locale.pk)
    return cached(key, lambda: {word: word for word in sorted(read(locale))})


def read(locale: Locale) -> set[str]:
    everything = Question(locale)
    pages = finding.pages(everything)
    texts = [*pages.values_list("title", flat=True)]
    for model in SUMMARIES:
        rows = model.objects.filter(pk__in=pages.values("pk"))
        texts += rows.values_list("listing_summary", flat=True)
    found = {*words_in(texts)}
    for newest in (pages, finding.letters(everything)):
        found.update(*read_newest(newest))
    return found


def read_newest(rows: QuerySet[Page] | QuerySet[Petition]) -> Iterator[tuple[str, ...]]:
    """Yield the words of each of the newest rows; only changed rows are read from the database."""
    model = rows.model
    newest = rows.order_by(F("first_published_at").desc(nulls_last=True), "-pk")
    live = newest.values_list("pk", "live_revision", "last_published_at")[:MOST_READ]
    versions: dict[int, Version] = {row[0]: (model, *row) for row in live}
    with _lock:
        known = {pk: _words[version] for pk, version in versions.items() if version in _words}
    yield from known.values()
    for each in whole(model, versions.keys() - known.keys()):
        words = tuple({intern(word) for word in words_in(texts_of(each))})
        with _lock:
            _words[versions[each.pk]] = words
        yield words


def whole(model: type[Model], keys: Iterable[int]) -> Iterable[Page | Petition]:
    """Return the rows with all their texts; no query if there are no keys."""
    if model is Petition:
        return Petition.objects.filter(pk__in=keys)
    found: Iterable[Page] = Page.objects.filter(pk__in=keys).specific()
    return found


def texts_of(row: Page | Petition) -> Iterator[str]:
    """Yield all texts by which the search finds a row, including those of its blocks."""
    for field in row.get_search_fields():
        if isinstance(field, index.SearchField):
            value = field.get_value(row)
            yield from [value] if isinstance(value, str) else value or ()


def words_in(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from WORD.findall(text.casefold())
