"""Send pages to be translated; refuse what cannot be translated yet, or converted to an alias."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail_localize import operations

from campaigns.cms.permissions import StaffRequest, may
from campaigns.cms.translations.synchronising import problems
from campaigns.original_languages import original_of
from campaigns.pages.public_page import petitions_of
from campaigns.paragraphs import with_commas
from campaigns.petitions.petition import Petition


class Creator(operations.TranslationCreator):
    """wagtail-localize's way to send a page, which leaves existing translations of petitions alone.

    It would save a new draft of a translation of the page's petition, and start one that was
    stopped, whichever team the petition belongs to.
    """

    target_locales: Iterable[Locale]

    def create_translations(
        self, instance: TranslatableMixin, include_related_objects: bool = True
    ) -> None:
        """Send an object, or what it carries; see `operations` of wagtail-localize."""
        chosen = self.target_locales
        if isinstance(instance, Petition) and not include_related_objects:
            locales = lacking(instance, {locale.pk for locale in chosen})
            self.target_locales = [locale for locale in chosen if locale.pk in locales]
        super().create_translations(instance, include_related_objects)
        self.target_locales = chosen


def register() -> None:
    """Replace the class with which wagtail-localize sends pages and snippets."""
    operations.TranslationCreator = Creator


def refuse(request: StaffRequest, subject: Page | Petition) -> HttpResponse | None:
    """Return a redirect to the form with the reason; None where it can be translated."""
    message = ""
    if isinstance(subject, Page):
        message = orphaned(request, subject) or of_strangers(request, subject)
    message = message or incomplete(request, subject)
    if not message:
        return None
    messages.error(request, message)
    return redirect(request.get_full_path())


def keep_texts(request: StaffRequest, page: Page) -> HttpResponse:
    """Refuse to convert a translated page into an alias of its original.

    wagtail-localize would publish the alias, in the language of the original, for every user who
    may edit the page. Raise Http404 for an original.
    """
    if original_of(page) is None:
        raise Http404
    text = _(
        "“%s” stays a page with texts of its own. If nobody needs it in this language, unpublish "
        "or delete it, or ask a moderator to do so."
    )
    messages.error(request, text % page)
    return redirect("wagtailadmin_pages:edit", page.pk)


def remove_alias_item(items: list[ActionMenuItem], request: HttpRequest, context: object) -> None:
    """Remove “Convert to alias page” from the menu of a page's editor.

    For the `construct_page_action_menu` hook.
    """
    items[:] = [item for item in items if item.name != "localize-convert-to-alias"]


def chosen_locales(request: StaffRequest) -> set[int]:
    """Return the primary keys of the locales that were ticked."""
    return {int(pk) for pk in request.POST.getlist("locales") if re.fullmatch("[0-9]{1,9}", pk)}


def orphaned(request: StaffRequest, page: Page) -> str:
    """Return the message if the parent page lacks a ticked language; otherwise "".

    Wagtail would create the parent as an alias, which the public can read at once, in the other
    language.
    """
    parent = page.get_parent()
    if parent.is_root():
        return ""
    missing = Locale.objects.filter(pk__in=lacking(parent, chosen_locales(request)))
    if not missing:
        return ""
    message = _("Translate the page above it first: “%(title)s” has no page in %(languages)s yet.")
    languages = with_commas(str(locale) for locale in missing)
    return message % {"title": parent.title, "languages": languages}


def of_strangers(request: StaffRequest, page: Page) -> str:
    """Return the message if the page has another team's untranslated petition; otherwise "".

    wagtail-localize would translate the petition together with the page.
    """
    locales = chosen_locales(request)
    for petition in carried(request, page):
        if lacking(petition, locales) and not may(request.user, "change", petition):
            return _(
                "The page carries a petition of another team. That team has to translate the "
                "petition before you can translate the page."
            )
    return ""


def incomplete(request: StaffRequest, subject: Page | Petition) -> str:
    """Return the message if a petition that is to be translated is not complete; otherwise "".

    wagtail-localize would make no copy of it, and say that it has been sent: a translated page
    would carry the petition of the original.
    """
    locales = chosen_locales(request)
    for petition in carried(request, subject) if isinstance(subject, Page) else {subject}:
        if not lacking(petition, locales):
            continue
        try:
            petition.full_clean()
        except ValidationError as error:
            text = _("Complete “%(title)s” first: it cannot be translated as it is. %(problems)s")
            return text % {"title": petition, "problems": problems(petition, error)}
    return ""


def carried(request: StaffRequest, page: Page) -> set[Petition]:
    """Return the petitions on the page, or on all pages of its section if that is sent."""
    pages = [page]
    if request.POST.get("include_subtree"):
        pages += page.get_descendants().specific()
    return {petition for each in pages for petition in petitions_of(each)}


def lacking(subject: TranslatableMixin, locales: set[int]) -> set[int]:
    """Return those of the locales in which there is no translation yet."""
    there = subject.get_translations(inclusive=True).values_list("locale_id", flat=True)
    return locales - set(there)
