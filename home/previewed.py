"""The base of previews for settings and snippets that have no page of their own."""

from typing import Any

from django.http import HttpRequest
from wagtail.models import PreviewableMixin


class Previewed(PreviewableMixin):
    """A snippet whose preview is a page of samples; see Wagtail's PreviewableMixin.

    `shown_as` is the name of the request's attribute in which template tags look for the draft.
    """

    shown_as = ""

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "home/default_texts_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        setattr(request, self.shown_as, self)
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return context
