"""The words that the public can read in one language, for `search.spelling`.

The words of a story are read once for each version of its page that is published, and stay in the
memory of the process. What may be read is asked anew each time: no word is told of a page or a
petition that was taken back.
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
# Whose words are read as a whole: the newest pages, and the newest petitions. Older pages are known
# by their titles and summaries.
MOST_READ = 300
SUMMARIES = (CampaignPage, ArticlePage)

# A model, a primary key, and the version that is live.
Version = tuple[Hashable, ...]

# The words of each version: room for the pages and petitions of six languages. Those that were used
# least recently go first.
_words: LRUCache[Version, tuple[str, ...]] = LRUCache(12 * MOST_READ)
_lock = Lock()


def vocabulary(locale: Locale) -> dict[str, str]:
    """The words in small letters, each under itself, in the order of their letters."""
    return cached(("vocabulary", locale.pk), lambda: in_order(read(locale)))


def in_order(words: set[str]) -> dict[str, str]:
    return {word: word for word in sorted(words)}


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
    """The words of the newest rows, one by one; from the database only what has changed."""
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
    """The rows with all their texts; no query if there are no keys."""
    if model is Petition:
        return Petition.objects.filter(pk__in=keys)
    found: Iterable[Page] = Page.objects.filter(pk__in=keys).specific()
    return found


def texts_of(row: Page | Petition) -> Iterator[str]:
    """All texts by which the search finds a row, those of its blocks too."""
    for field in row.get_search_fields():
        if isinstance(field, index.SearchField):
            value = field.get_value(row)
            yield from [value] if isinstance(value, str) else value or ()


def words_in(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from WORD.findall(text.casefold())
