"""Wagtail's search, with the rules of each language: its stems and its words that say nothing.

Wagtail's own backend knows one set of rules, and several backends overwrite each other's rows
(https://github.com/wagtail/wagtail/issues/9253). Here one index has each row by the rules of its
language; who searches names them (docs/adr/0013-search-in-each-language.md).
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Model
from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend
from wagtail.models import Locale

# As PostgreSQL calls them. Words of other languages are found as they were written.
RULES = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "ru": "russian",
}


def rules(code: str) -> str:
    return RULES.get(code, "simple")


class Index(PostgresIndex):
    def add_items(self, model: type[Model], objs: Iterable[Model]) -> None:
        """What has no language (a picture, a document) goes by the backend's own rules."""
        codes = dict(Locale.objects.values_list("pk", "language_code"))
        groups = defaultdict(list)
        for each in objs:
            code = codes.get(getattr(each, "locale_id", None))
            groups[rules(code) if code else self.backend.config].append(each)
        for config, rows in groups.items():
            backend = PostgresSearchBackend({"SEARCH_CONFIG": config})
            PostgresIndex(backend).add_items(model, rows)


class SearchBackend(PostgresSearchBackend):
    index_class = Index
