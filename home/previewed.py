"""The bases of previews for settings and snippets that have no page of their own."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin.utils import set_query_params
from wagtail.models import Locale, PreviewableMixin, TranslatableMixin


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
    """A mixin for Wagtail's form of a new snippet of which each language has only one.

    It tells the preview the language. If somebody else has added the snippet since the form was
    opened, it says so and keeps what was typed: the constraint includes the locale, which is no
    field of the form.
    """

    locale: Locale

    def get_preview_url(self) -> str:
        url: str = super().get_preview_url()  # type: ignore[misc]  # defined in Wagtail's view
        return str(set_query_params(url, {"locale": self.locale.language_code}))

    def is_valid(self, form: Form) -> bool:
        """Return whether the input is valid, for Wagtail's view."""
        model: type[TranslatableMixin] = self.model  # type: ignore[attr-defined]  # as above
        if model._default_manager.filter(locale=self.locale).exists():
            text = _(
                "Somebody else has added this meanwhile, and each language has only one. Copy what "
                "you wrote, then open what is there."
            )
            form.add_error(None, text)
        return bool(super().is_valid(form))  # type: ignore[misc]  # as above
