"""The public search, over live public pages and over petitions that no page carries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from wagtail.models import Locale, Page
from wagtail.search.backends import get_search_backend

from campaigns.pages.campaign import CampaignPage
from campaigns.pages.listed import bare_petitions
from campaigns.pages.news import ArticlePage
from campaigns.pages.public_page import readable
from campaigns.pages.topics import Topic, originals
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State, in_state
from search import stemming

MOST = 200
MOST_SUGGESTED, MOST_TOPICS = 8, 3
TOPICAL: tuple[type[CampaignPage] | type[ArticlePage], ...] = (CampaignPage, ArticlePage)
# The states by which readers can filter, in the order in which they are offered.
STATES = [State.OPEN, State.WON, State.CLOSED, State.PAUSED, State.SCHEDULED]


@dataclass(frozen=True)
class Question:
    """What a reader searches for in one language: words, a state, a topic, or none of them."""

    locale: Locale
    words: str = ""
    state: State | None = None
    topic: Topic | None = None

    @property
    def is_asked(self) -> bool:
        return bool(self.words or self.state or self.topic)


def find(question: Question, *, operator: str = "and") -> list[Page | Petition]:
    """Pages and petitions, the best match first; without words, the newest first.

    At most 200 of each. The rows are those of the base tables: `search.results` adds the rest.
    """
    sets: list[QuerySet[Any]] = [pages(question)]
    if not question.topic:  # Only pages have topics.
        sets.append(petitions(question))
    configuration = stemming.configuration(question.locale.language_code)
    backend = get_search_backend(SEARCH_CONFIG=configuration)
    found: list[Any] = []
    for rows in sets:
        if question.words:
            matches = backend.search(question.words, rows, operator=operator)
            found += matches.annotate_score("score")[:MOST]
        else:
            newest = F("first_published_at").desc(nulls_last=True)
            found += rows.annotate(score=F("first_published_at")).order_by(newest, "-pk")[:MOST]
    found.sort(key=lambda row: (row.score is not None, row.score), reverse=True)
    return in_locale(found, question.locale)


def pages(question: Question) -> QuerySet[Page]:
    ours = Page.objects.not_exact_type(Page)
    found = readable(ours.filter(locale=question.locale))
    if question.state:
        campaigns = CampaignPage.objects.filter(in_state(question.state), petition__live=True)
        found = found.filter(pk__in=campaigns.values("pk"))
    if question.topic:
        found = found.filter(about(question.topic))
    return found


def petitions(question: Question) -> QuerySet[Petition]:
    """The petitions that no page carries; others are found, or hidden, with their pages."""
    bare = bare_petitions().filter(locale=question.locale)
    if question.state:
        bare = bare.filter(in_state(question.state, "translation_key"))
    return Petition.objects.filter(pk__in=bare.values("pk"))


def about(topic: Topic) -> Q:
    """The condition that a page has this topic."""
    found = Q()
    for model in TOPICAL:
        chosen = originals(model).filter(topics__translation_key=topic.translation_key)
        same = model.objects.filter(translation_key__in=chosen.values("translation_key"))
        found |= Q(pk__in=same.values("pk"))
    return found


def topics(locale: Locale) -> QuerySet[Topic]:
    """The topics on which there is a public page in this language."""
    shown = pages(Question(locale)).values("translation_key")
    found = Q()
    for model in TOPICAL:
        chosen = originals(model).filter(translation_key__in=shown)
        found |= Q(translation_key__in=chosen.values("topics__translation_key"))
    return Topic.objects.filter(found, locale=locale)


def suggest(question: Question) -> list[Topic | Page | Petition]:
    """Topics, then pages, then petitions, with words in their titles that begin as typed."""
    begin = f" {question.words.casefold()}"
    known = topics(question.locale)
    fits = [topic for topic in known if begin in f" {topic.title.casefold()}"]
    found: list[Any] = fits[:MOST_TOPICS]
    backend = get_search_backend()
    for rows in (pages(question), petitions(question)):
        found += backend.autocomplete(question.words, rows)[:MOST_SUGGESTED]
    return in_locale(found[:MOST_SUGGESTED], question.locale)


def in_locale(rows: list[Any], locale: Locale) -> list[Any]:
    """Set the locale of all the rows, which their URLs need, without a query."""
    for row in rows:
        row.locale = locale
    return rows
