"""Wagtail's search on PostgreSQL, with the stems and stop words of each language.

Wagtail's own backend uses one language configuration for all rows, and several backends overwrite
each other's rows (https://github.com/wagtail/wagtail/issues/9253). Here one index contains each row
in the configuration of its own language, and each search names the configuration that it needs
(docs/adr/0013-search-in-each-language.md).
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Model
from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend
from wagtail.models import Locale

# PostgreSQL's names of the configurations. In other languages, words match only exactly.
CONFIGURATIONS = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "ru": "russian",
}


def configuration(code: str) -> str:
    return CONFIGURATIONS.get(code, "simple")


class Index(PostgresIndex):
    def add_items(self, model: type[Model], objs: Iterable[Model]) -> None:
        """Index each row in the configuration of its language.

        Images and documents have no language, and use the configuration of the settings. Overrides
        a method of modelsearch's PostgresIndex.
        """
        codes = dict(Locale.objects.values_list("pk", "language_code"))
        groups = defaultdict(list)
        for each in objs:
            code = codes.get(getattr(each, "locale_id", None))
            groups[configuration(code) if code else self.backend.config].append(each)
        for config, rows in groups.items():
            backend = PostgresSearchBackend({"SEARCH_CONFIG": config})
            PostgresIndex(backend).add_items(model, rows)


class SearchBackend(PostgresSearchBackend):
    index_class = Index
