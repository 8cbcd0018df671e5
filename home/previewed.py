"""The bases of previews for settings and snippets that have no page of their own."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.utils import set_query_params
from wagtail.models import Locale, PreviewableMixin


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


class InItsLanguage:
    """A mixin for Wagtail's form of a new snippet, which tells its preview the language."""

    locale: Locale

    def get_preview_url(self) -> str:
        url: str = super().get_preview_url()  # type: ignore[misc]  # defined in Wagtail's view
        return str(set_query_params(url, {"locale": self.locale.language_code}))
