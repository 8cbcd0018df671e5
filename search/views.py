"""The views of the public search, and of its suggestions while somebody types."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale

from campaigns.cache_control import public
from campaigns.pages.next_steps import open_campaigns
from campaigns.pages.topics import Topic, for_cards
from campaigns.petitions.state import State
from search import finding, spelling
from search.finding import STATES, Question
from search.promoting import promoted
from search.results import brief, results

LABELS: dict[State, Promise] = {
    State.OPEN: pgettext_lazy("state", "Open"),
    State.WON: _("Won"),
    State.CLOSED: _("Closed"),
    State.PAUSED: _("Paused"),
    State.SCHEDULED: _("Not open yet"),
}
PER_PAGE = 10
# A single letter would match far too many titles.
LEAST_LETTERS = 2


@dataclass(frozen=True)
class Choice:
    """A link that narrows the search, or widens it again."""

    label: str | Promise
    url: str
    is_current: bool


@public
def search(request: HttpRequest) -> HttpResponse:
    locale = active_locale()
    topics = list(finding.topics(locale)) if locale else []
    # As long as the CMS does not have the language, nothing is searched.
    question = Question(locale or Locale(), **asked(request, topics))
    context: dict[str, Any] = {
        "question": question,
        "states": choices(question, "state", [(state, LABELS[state]) for state in STATES]),
        "topics": choices(question, "topic", [(topic, topic.title) for topic in topics]),
        "kept": parameters(question),
        "everywhere": search_url(replace(question, state=None, topic=None)),
    }
    if locale and question.is_asked:
        context |= answer(question, request.GET.get("page"))
    if locale and not context.get("found"):
        context["campaigns"] = for_cards(open_campaigns())
    return render(request, "search/search.html", context)


@public
def suggestions(request: HttpRequest) -> HttpResponse:
    locale, words = active_locale(), searchable(request.GET.get("query", ""))
    found = []
    if locale and len(words) >= LEAST_LETTERS:
        found = finding.suggest(Question(locale, words))
    return JsonResponse({"suggestions": [brief(row) for row in found]})


def active_locale() -> Locale | None:
    """Return the Locale of the active language; None if the CMS does not have it yet."""
    return Locale.objects.filter(language_code=translation.get_language()).first()


def asked(request: HttpRequest, topics: list[Topic]) -> dict[str, Any]:
    """Return words, state and topic of the query; unknown states and topics are ignored."""
    state, slug = request.GET.get("state"), request.GET.get("topic")
    return {
        "words": searchable(request.GET.get("query", "")),
        "state": State(state) if state in STATES else None,
        "topic": next((topic for topic in topics if topic.slug == slug), None),
    }


def searchable(text: str) -> str:
    """Return the text, cut to 100 characters, with spaces for control characters and the like."""
    readable = (c if unicodedata.category(c)[0] in "LMNPSZ" else " " for c in text[:100])
    return " ".join("".join(readable).split())


def answer(question: Question, number: str | None) -> dict[str, Any]:
    """Return the context of the results page: promoted results, then the matches.

    If no page has all the words, misspelt words are corrected (`corrected`); if that finds nothing
    either, pages with some of the words are shown (`is_partly`).
    """
    is_narrow = bool(question.state or question.topic)
    picks = [] if is_narrow else promoted(question)
    rows, is_partly, corrected = finding.find(question), False, ""
    if not rows and not picks and (corrected := spelling.corrected(question)):
        rows = finding.find(replace(question, words=corrected))
    if not rows and not picks and " " in question.words:
        rows, is_partly = finding.find(question, operator="or"), True
    chosen = [row for row, shown in picks]
    rows = [row for row in rows if row not in chosen]
    page = Paginator(rows, PER_PAGE).get_page(number)
    return {
        "promoted": [shown for row, shown in picks] if page.number == 1 else [],
        "page_of_results": page,
        "results": [shown for row, shown in results(page.object_list, question.locale)],
        "is_partly": is_partly,
        "corrected": "" if is_partly else corrected,
        "found": len(rows) + len(picks),
    }


def choices(
    question: Question, name: str, options: Iterable[tuple[Any, str | Promise]]
) -> list[Choice]:
    current = getattr(question, name)
    return [
        Choice(label, search_url(replace(question, **{name: value})), value == current)
        for value, label in [(None, _("All")), *options]
    ]


def parameters(question: Question) -> str:
    names = {
        "query": question.words,
        "state": question.state and question.state.value,
        "topic": question.topic and question.topic.slug,
    }
    return urlencode({name: value for name, value in names.items() if value})


def search_url(question: Question) -> str:
    query = parameters(question)
    return f"{reverse('search')}?{query}" if query else reverse("search")
