"""What settings and snippets without a page of their own need for a preview."""

from typing import Any

from django.http import HttpRequest
from wagtail.models import PreviewableMixin


class Previewed(PreviewableMixin):
    """A snippet with a preview on a page of samples, as Wagtail's PreviewableMixin promises.

    `shown_as` names the attribute of the request in which template tags look for the draft.
    """

    shown_as = ""

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "home/default_texts_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        setattr(request, self.shown_as, self)
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return context
