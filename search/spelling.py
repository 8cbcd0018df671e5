"""Forgives misspelt words in a search: looks for the nearest words that the public can read.

The words are compared here and not by PostgreSQL (pg_trgm): the titles and letters of a site are
few, a database without that module needs no second way, and letters that have changed places, the
most frequent mistake, weigh less here than in its groups of three letters.
"""

import re
from collections.abc import Iterable

from django.db.models import QuerySet
from rapidfuzz import process
from rapidfuzz.distance import OSA
from wagtail.models import Locale

from campaigns.caching import cached
from campaigns.pages.campaign import CampaignPage
from campaigns.pages.news import ArticlePage
from campaigns.petitions.petition import Petition
from search import finding
from search.finding import Question

# Shorter words have too many neighbours. A long word may have two mistakes.
SHORTEST, LONG = 4, 8
WORD = re.compile(r"[^\W\d_]+")
# Whose words are known. The stories of pages have too many words, and are left out.
SUMMARIES = (CampaignPage, ArticlePage)
LETTER = ("title", "ask", "salutation", "opening", "demands", "close", "targets")


def corrected(question: Question) -> str:
    """The words of the question, the misspelt ones corrected; "" where there is nothing to correct.

    No word comes from a page or a petition that the public may not read.
    """
    known = cached(("words", question.locale.pk), lambda: words_of(question.locale))
    found = WORD.sub(lambda word: nearest(word[0], known), question.words)
    return "" if found == question.words else found


def nearest(word: str, known: set[str]) -> str:
    """The known word that was probably meant; the word itself if it is known, short or unlike."""
    folded = word.casefold()
    if folded in known or len(folded) < SHORTEST:
        return word
    most = 2 if len(folded) >= LONG else 1
    match = process.extractOne(folded, sorted(known), scorer=OSA.distance, score_cutoff=most)
    return match[0] if match else word


def words_of(locale: Locale) -> set[str]:
    """The words in the titles and summaries of public pages, and in the petitions of the public."""
    everything = Question(locale)
    pages = finding.pages(everything)
    texts = [*pages.values_list("title", flat=True)]
    for model in SUMMARIES:
        rows = model.objects.filter(pk__in=pages.values("pk"))
        texts += rows.values_list("listing_summary", flat=True)
    texts += spoken(finding.letters(everything))
    return {word for text in texts for word in WORD.findall(text.casefold())}


def spoken(petitions: QuerySet[Petition]) -> Iterable[str]:
    """All texts of the letters, blocks included."""
    fields = [field for field in Petition.search_fields if field.field_name in LETTER]
    for petition in petitions:
        for field in fields:
            value = field.get_value(petition)
            yield from [value] if isinstance(value, str) else value or ()
