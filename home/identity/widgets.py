"""Widgets for choosing the colours of an identity in the CMS, with a sample of the result."""

from typing import Any

from django import forms
from django.forms.widgets import Script
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from home.identity.colours import is_colour, normalised

# The fields of the form that the sample shows.
SHOWN = (
    *("colour", "second_colour", "faces"),
    *("logo", "logo_on_dark", "logo_has_name", "sign", "sign_picture"),
)
SCRIPT = Script("js/identity.js", type="module")


class ColourInput(forms.TextInput):
    """A text box, with the browser's own colour picker beside it if scripts run.

    The picker has no name, so only the content of the text box is submitted.
    """

    class Media:
        js = [SCRIPT]

    def __init__(self, default: str) -> None:
        super().__init__({"size": 9, "autocomplete": "off", "spellcheck": "false"})
        self.default = default

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        typed = normalised(value or "")
        return format_html(
            '<span class="colour-input">{}<input type="color" value="{}" data-default="{}" '
            'data-picks="{}" aria-label="{}" hidden></span>',
            super().render(name, value, attrs, renderer),
            typed if is_colour(typed) else self.default,
            self.default,
            (attrs or {}).get("id", ""),
            _("Choose this colour"),
        )


class SamplePanel(Panel):
    """A small piece of the site in light and dark, with the unsaved values of the form."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "home/identity/sample_panel.html"

        def get_context_data(
            self, parent_context: Context | dict[str, Any] | None = None
        ) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "sample_url": reverse("look_sample"), "shown": " ".join(SHOWN)}

        @property
        def media(self) -> forms.Media:
            # The stubs only support scripts without attributes.
            return forms.Media(css={"all": ["css/cms-look.css"]}, js=[SCRIPT])  # type: ignore[list-item]
