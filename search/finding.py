"""The public search, for live public pages and for petitions without a page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from wagtail.models import Locale, Page
from wagtail.search.backends import get_search_backend

from campaigns.original_languages import originals
from campaigns.pages.campaign import CampaignPage
from campaigns.pages.listed import bare_petitions, listed_pages, listed_petitions
from campaigns.pages.news import ArticlePage
from campaigns.pages.topics import Topic, translated
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State, in_state
from search import stemming

MOST = 200
MOST_SUGGESTED, MOST_TOPICS = 8, 3
TOPICAL: tuple[type[CampaignPage] | type[ArticlePage], ...] = (CampaignPage, ArticlePage)
# The states by which readers can filter, in the order in which they are shown.
STATES = [State.OPEN, State.WON, State.CLOSED, State.PAUSED, State.SCHEDULED]


@dataclass(frozen=True)
class Question:
    """A reader's search in one language: words, a state, a topic, or none of these."""

    locale: Locale
    words: str = ""
    state: State | None = None
    topic: Topic | None = None

    @property
    def is_asked(self) -> bool:
        return bool(self.words or self.state or self.topic)


def find(question: Question, *, operator: str = "and") -> list[Page | Petition]:
    """Return pages and petitions, the best match first; without words, the newest first.

    A page is also found by the words of its petition, although these are not part of the page: both
    are published, and indexed, separately. At most 200 of each. The rows are those of the base
    tables: `search.results` adds the details.
    """
    public = pages(question)
    found: list[Any] = best(public, question, operator)
    if question.words:
        matching = best(letters(question), question, operator)
        besides = {page.pk for page in found}
        found += [*carriers(public, matching, besides), *without_page(question, matching)]
    elif not question.topic:  # Only pages have topics.
        found += best(petitions(question), question, operator)
    found.sort(key=lambda row: (row.score is not None, row.score), reverse=True)
    return in_locale(found, question.locale)


def best(rows: QuerySet[Any], question: Question, operator: str) -> list[Any]:
    """Return the best matches among the rows, or the newest rows, with their `score`."""
    if not question.words:
        newest = F("first_published_at").desc(nulls_last=True)
        newest_first = rows.annotate(score=F("first_published_at")).order_by(newest, "-pk")
        return list(newest_first[:MOST])
    configuration = stemming.configuration(question.locale.language_code)
    backend = get_search_backend(SEARCH_CONFIG=configuration)
    matches = backend.search(question.words, rows, operator=operator)
    return list(matches.annotate_score("score")[:MOST])


def carriers(public: QuerySet[Page], matching: list[Petition], besides: set[int]) -> list[Page]:
    """Return the public pages of these petitions, with the scores of the petitions."""
    scores = {petition.pk: vars(petition)["score"] for petition in matching}
    campaigns = CampaignPage.objects.filter(petition__in=scores).exclude(pk__in=besides)
    carried = dict(campaigns.values_list("pk", "petition"))
    found = list(public.filter(pk__in=carried))
    for page in found:
        vars(page)["score"] = scores[carried[page.pk]]
    return found


def without_page(question: Question, matching: list[Petition]) -> list[Petition]:
    """Return those of the petitions that have no page; none for a topic, which only pages have."""
    if question.topic:
        return []
    found = petitions(question).filter(pk__in=[petition.pk for petition in matching])
    bare = set(found.values_list("pk", flat=True))
    return [petition for petition in matching if petition.pk in bare]


def pages(question: Question) -> QuerySet[Page]:
    found: QuerySet[Page] = listed_pages().not_exact_type(Page).filter(locale=question.locale)
    if question.state:
        campaigns = CampaignPage.objects.filter(in_state(question.state))
        found = found.filter(pk__in=campaigns.values("pk"))
    if question.topic:
        found = found.filter(about(question.topic))
    return found


def petitions(question: Question) -> QuerySet[Petition]:
    """Return the petitions without a page; others are found, or hidden, with their pages."""
    return narrowed(bare_petitions(), question)


def letters(question: Question) -> QuerySet[Petition]:
    """Return the petitions whose words lead to their page, or to the petition if it has no page."""
    return narrowed(listed_petitions(), question)


def narrowed(rows: QuerySet[Petition], question: Question) -> QuerySet[Petition]:
    rows = rows.filter(locale=question.locale)
    if question.state:
        rows = rows.filter(in_state(question.state, "translation_key"))
    return Petition.objects.filter(pk__in=rows.values("pk"))


def about(topic: Topic) -> Q:
    """Return the condition that a page has this topic."""
    found = Q()
    for model in TOPICAL:
        chosen = originals(model).filter(topics__translation_key=topic.translation_key)
        same = model.objects.filter(translation_key__in=chosen.values("translation_key"))
        found |= Q(pk__in=same.values("pk"))
    return found


def topics(locale: Locale) -> QuerySet[Topic]:
    """Return the topics that have a public page in this language."""
    shown = pages(Question(locale)).values("translation_key")
    found = Q()
    for model in TOPICAL:
        chosen = originals(model).filter(translation_key__in=shown)
        found |= Q(translation_key__in=chosen.values("topics__translation_key"))
    return translated(Topic.objects.filter(found, locale=locale))


def suggest(question: Question) -> list[Topic | Page | Petition]:
    """Return topics, then pages, then petitions, with a word in the title that begins as typed."""
    begin = f" {question.words.casefold()}"
    known = topics(question.locale)
    fits = [topic for topic in known if begin in f" {topic.title.casefold()}"]
    found: list[Any] = fits[:MOST_TOPICS]
    backend = get_search_backend()
    for rows in (pages(question), petitions(question)):
        found += backend.autocomplete(question.words, rows)[:MOST_SUGGESTED]
    return in_locale(found[:MOST_SUGGESTED], question.locale)


def in_locale(rows: list[Any], locale: Locale) -> list[Any]:
    """Set the locale of all rows, which their URLs need, without a query."""
    for row in rows:
        row.locale = locale
    return rows
