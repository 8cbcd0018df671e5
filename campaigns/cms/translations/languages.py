"""Deleting a language: name what is written in it, and refuse while anything is."""

from django.utils.translation import gettext as _
from wagtail.locales import views
from wagtail.models import Locale

from campaigns.appeals.appeal import Appeal
from campaigns.paragraphs import with_commas


class LanguageDeleteView(views.DeleteView):
    """Wagtail's view, which counts pages and snippets, and appeals as well."""

    def can_delete(self, locale: Locale) -> bool:
        """Set the reason if the language cannot be deleted."""
        if not super().can_delete(locale):
            return False
        appeals = [str(appeal) for appeal in Appeal.objects.filter(language=locale)]
        text = _(
            "This language cannot be deleted, because appeals are written in it. Delete them or "
            "give them another language first: %s."
        )
        self.cannot_delete_message = text % with_commas(appeals)
        return not appeals


def register() -> None:
    """Replace Wagtail's view."""
    views.LocaleViewSet.delete_view_class = LanguageDeleteView
