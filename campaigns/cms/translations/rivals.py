"""Refuse to translate a snippet into a language in which another one has its place."""

from django.db.models import UniqueConstraint
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import TranslatableMixin

from campaigns.cms.permissions import StaffRequest
from campaigns.cms.translations.sending import chosen_locales
from campaigns.petitions.petition import Petition


def refuse(request: StaffRequest, snippet: TranslatableMixin) -> HttpResponse | None:
    """Return a redirect to the form with the reason; None where the snippet can be translated."""
    rivals = rivals_of(snippet, chosen_locales(request))
    if not rivals:
        return None
    for rival in rivals:
        text = _(
            "Nothing was sent to be translated. In %(language)s there is “%(title)s” already, "
            "which is not a translation of this. Edit it there, or delete it and press "
            "“Translate” again, or leave that language out."
        )
        messages.error(request, text % {"title": rival, "language": rival.locale})
    return redirect(request.get_full_path())


def rivals_of(snippet: TranslatableMixin, locales: set[int]) -> list[TranslatableMixin]:
    """Return the rows of these locales beside which no translation of the snippet can be.

    They are the rows that a unique constraint with the locale allows only once: one set of default
    texts, one navigation, and one topic with the same slug. A petition takes another slug.
    """
    if isinstance(snippet, Petition):
        return []
    rows = type(snippet)._default_manager.exclude(translation_key=snippet.translation_key)
    return [
        row
        for constraint in snippet._meta.constraints
        if isinstance(constraint, UniqueConstraint) and "locale" in constraint.fields
        for row in rows.filter(
            locale__in=locales,
            **{name: getattr(snippet, name) for name in constraint.fields if name != "locale"},
        ).select_related("locale")
    ]
