"""Disable deleting several petitions at once: Wagtail would not check for signatures."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import classproperty
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction

from campaigns.petitions.petition import Petition


class NoBulkDelete(DeleteBulkAction):
    @classproperty
    def models(cls) -> list[type]:
        return [Petition]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404
