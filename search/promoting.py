"""Promoted results, which editors choose for certain words (wagtail.contrib.search_promotions).

Wagtail's template tag is not used, since it stores everything that people search for.
"""

from dataclasses import replace

from django.utils.translation import gettext as _
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page
from wagtail.search.utils import normalise_query_string

from search import finding
from search.finding import Question
from search.results import Result, results


def promoted(question: Question) -> list[tuple[Page | None, Result]]:
    """Return the editors' choice for exactly these words, if it is public in this language.

    The page is None if the result is a link to another site.
    """
    words = normalise_query_string(question.words)
    picks = SearchPromotion.objects.filter(query__query_string=words)
    picks = picks.select_related("page__alias_of")
    chosen = [pick.page and (pick.page.alias_of or pick.page) for pick in picks]
    keys = [page.translation_key for page in chosen if page]
    rows = finding.pages(Question(question.locale)).filter(translation_key__in=keys)
    pages = {row.translation_key: (row, result) for row, result in results(rows, question.locale)}
    found: list[tuple[Page | None, Result]] = []
    for pick, page in zip(picks, chosen, strict=True):
        if not page:
            found.append((None, elsewhere(pick)))
        elif page.translation_key in pages:
            row, result = pages[page.translation_key]
            if row == page and pick.description:
                result = replace(result, summary=pick.description)
            found.append((row, result))
    return found


def elsewhere(pick: SearchPromotion) -> Result:
    title, url = pick.external_link_text or "", pick.external_link_url or ""
    return Result(kind=_("On another site"), title=title, url=url, summary=pick.description)
