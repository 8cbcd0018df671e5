"""Publish translations that were brought up to date, for users who may publish them.

wagtail-localize itself publishes them for every user who may submit a translation, and does not
report those that stay drafts.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import LockableMixin, Page, TranslatableMixin
from wagtail.permissions import policy_registry
from wagtail_localize.models import Translation, TranslationSource

from campaigns.cms.pages.publishing import ask_before_publishing
from campaigns.cms.permissions import StaffRequest, may
from campaigns.cms.petitions.changes import explain_url
from campaigns.pages import page_guard
from campaigns.pages.public_page import petitions_of
from campaigns.paragraphs import labelled, with_commas
from campaigns.petitions import publishing, translating, translation_guard
from campaigns.petitions.petition import Petition
from campaigns.petitions.signed_versions import renewing
from campaigns.petitions.texts import EVERY_TEXT, DefaultTexts

BOX = "publish_translations"


def synchronise(
    request: StaffRequest, source: TranslationSource, view: Callable[[], HttpResponse]
) -> HttpResponse:
    """Let wagtail-localize's view update the translations, and publish those that may be.

    The view never gets the checkbox “Publish immediately”. With a page, the translations of its
    petitions are updated.
    """
    data = request.POST.copy()
    publishes = bool(data.pop(BOX, None))
    request.POST = data
    response = view()
    translations = enabled(source)
    if isinstance(response, TemplateResponse):
        offer_box(request, response, translations)
        return response
    for carried in petition_sources(request, source):
        carried.update_from_db()
        locales = {translation.target_locale_id for translation in translations}
        for translation in enabled(carried) if publishes else []:
            # The question about a draft is asked with its page.
            if translation.target_locale_id in locales and translation.get_target_instance().live:
                publish(request, translation)
    for translation in translations if publishes else []:
        publish(request, translation)
    return response


def enabled(source: TranslationSource) -> list[Translation]:
    return [*source.translations.filter(enabled=True).select_related("target_locale")]


def petition_sources(
    request: StaffRequest, source: TranslationSource
) -> QuerySet[TranslationSource]:
    """Return what was sent of the petitions on a page, if the user may change them."""
    page = source.get_source_instance()
    petitions = petitions_of(page) if isinstance(page, Page) else []
    keys = [each.translation_key for each in petitions if may(request.user, "change", each)]
    return TranslationSource.objects.filter(object__in=keys, locale=source.locale_id)


def offer_box(
    request: StaffRequest, response: TemplateResponse, translations: list[Translation]
) -> None:
    """Describe the checkbox as it works here; remove it for users who may publish nothing."""
    targets = [translation.get_target_instance() for translation in translations]
    fields = response.context_data["form"].fields if response.context_data else {}
    if not any(may_publish(request, target) for target in targets):
        fields.pop(BOX, None)
    elif BOX in fields:
        text = _(
            "This publishes the languages that lack nothing, and names the others. The public "
            "goes on reading what was published in those until they are translated."
        )
        # Of other snippets, what is translated is published.
        is_whole = isinstance(targets[0], Page | Petition | DefaultTexts)
        fields[BOX].help_text = text if is_whole else ""


def may_publish(request: StaffRequest, target: TranslatableMixin) -> bool:
    """Return whether the user may publish it; a snippet without drafts is public at once."""
    if isinstance(target, Page):
        return bool(target.permissions_for_user(request.user).can_publish())
    if isinstance(target, Petition):
        return may(request.user, "publish", target)
    policy = policy_registry.get(target)
    return policy.user_has_permission_for_instance(request.user, "change", target)


def is_locked(request: StaffRequest, target: TranslatableMixin) -> bool:
    """Return whether a colleague's lock, an approval or a schedule keeps the user from it."""
    lock = target.get_lock() if isinstance(target, LockableMixin) else None
    return lock is not None and bool(lock.for_user(request.user))


def publish(request: StaffRequest, translation: Translation) -> None:
    """Publish one translation, or say why it stays a draft."""
    target = translation.get_target_instance()
    if not may_publish(request, target):
        text = _(
            "“%(title)s” is not published in %(language)s, because you may not publish it there."
        )
        tell(request, target, text)
    elif is_locked(request, target):
        tell_locked(request, target)
    else:
        try:
            with transaction.atomic():
                publish_unlocked(request, translation, target)
        except ValidationError as error:
            tell_problems(request, target, error)


def publish_unlocked(
    request: StaffRequest, translation: Translation, target: TranslatableMixin
) -> None:
    """Publish a translation, or say what is missing, or lead to what is asked first."""
    if isinstance(target, Petition) and (asked := ask_for_reason(request, target)):
        tell_question(request, target, asked)
    elif names := missing(target):
        url = AdminURLFinder(request.user).get_edit_url(target)
        tell_missing(request, target, names, [messages.button(url, _("Edit"))] if url else [])
    elif isinstance(target, Petition):
        publishing.publish(target, by=request.user)
    elif isinstance(target, Page) and (asked := ask_first(request, target)):
        tell_question(request, target, asked)
    elif isinstance(target, Page) and publishing.task_to_approve(target, request.user):
        target.refresh_from_db()  # `ask_first` has saved the newest texts
        publishing.publish_page(target, by=request.user)
    elif isinstance(target, DefaultTexts) and is_inherited(translation):
        text = _(
            "“%(title)s” is not published in %(language)s yet, because people have signed with "
            "these texts. Publish it in its form, where you are asked for the reason."
        )
        url = reverse("wagtailsnippets_campaigns_defaulttexts:edit", args=[target.pk])
        tell(request, target, text, buttons=[messages.button(url, _("Edit"))])
    else:
        translation.save_target(user=request.user, publish=True)


def is_inherited(translation: Translation) -> bool:
    """Return whether publishing these default texts would change what people have signed."""
    return bool(renewing.touched_by_texts(newest_texts(translation)))


def newest_texts(translation: Translation) -> DefaultTexts:
    """Return the default texts as they would be published, without what is not translated."""
    texts: DefaultTexts = translation.source.get_ephemeral_translated_instance(
        translation.target_locale, fallback=True
    )
    texts.clean()
    return texts


def ask_for_reason(request: StaffRequest, petition: Petition) -> HttpResponseRedirect | None:
    """Return a redirect to the question about a change of what people have signed, if there is one.

    Make a draft with the translator's latest texts before. Raise ValidationError if they do not
    fit.
    """
    newest = translating.newest(petition)
    if not newest.replaced or translation_guard.untranslated(newest):
        return None
    translating.take_over(petition, by=request.user)
    return redirect(explain_url(petition))


def ask_first(request: StaffRequest, page: Page) -> HttpResponseRedirect | None:
    """Return a redirect to what is asked before a page is published; None if nothing is.

    Make a draft with the translator's latest texts before. Raise ValidationError if they do not
    fit.
    """
    translating.take_over(page, by=request.user)
    draft = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    return ask_before_publishing(request, draft)


def missing(target: TranslatableMixin) -> list[str]:
    """Return the labels of what prevents the translation's newest texts from being published."""
    if isinstance(target, Petition):
        return publishing.missing(target)
    if isinstance(target, DefaultTexts):
        return lost(target)
    return page_guard.missing(target) if isinstance(target, Page) else []


def lost(texts: DefaultTexts) -> list[str]:
    """Return the labels of default texts that were translated, and whose original has changed."""
    if not (translation := translating.translation_of(texts)):
        return []
    newest = newest_texts(translation)
    return [
        str(field.verbose_name)
        for field in DefaultTexts._meta.fields
        if field.name in (*EVERY_TEXT, "thanks_blocks")
        and field.value_from_object(texts)
        and not field.value_from_object(newest)
    ]


def tell_missing(
    request: StaffRequest,
    target: TranslatableMixin,
    names: list[str],
    buttons: list[tuple[str, str, bool]] | None = None,
) -> None:
    text = _("“%(title)s” is not published in %(language)s. Still to be translated: %(fields)s.")
    if isinstance(target, Petition):  # its page usually has the same title
        text = _(
            "The petition “%(title)s” is not published in %(language)s. Still to be translated: "
            "%(fields)s."
        )
    if names == [str(publishing.ORIGINAL_FIRST)]:
        text = _("“%(title)s” is not published in %(language)s yet: %(fields)s.")
        buttons = []  # its form can do nothing about it
    tell(request, target, text + about_errors(target), buttons, fields=with_commas(names))


def about_errors(target: TranslatableMixin) -> str:
    """Return a sentence about texts that were typed and are not used; "" if there are none."""
    if not translating.has_errors(target):
        return ""
    return " " + _("Some texts that were typed cannot be used: the reason is shown beside each.")


def tell_locked(request: StaffRequest, target: TranslatableMixin) -> None:
    text = _(
        "“%(title)s” is not published in %(language)s, because it is locked. Unlock it first, or "
        "ask a moderator to do so."
    )
    tell(request, target, text)


def tell_question(
    request: StaffRequest, target: TranslatableMixin, asked: HttpResponseRedirect
) -> None:
    text = _("“%(title)s” is not published in %(language)s yet. Please answer a question first.")
    button = messages.button(asked.url, _("Answer the question"))
    tell(request, target, text, buttons=[button])


def tell_problems(request: StaffRequest, target: TranslatableMixin, error: ValidationError) -> None:
    """Say what prevents the translation from being published; for a field, with its label."""
    text = _("“%(title)s” is not published in %(language)s. To be corrected: %(problems)s")
    tell(request, target, text, problems=problems(target, error))


def problems(target: TranslatableMixin, error: ValidationError) -> str:
    labels = {field.name: getattr(field, "verbose_name", "") for field in target._meta.get_fields()}
    found = error.update_error_dict({})
    return " ".join(
        labelled(labels[name], message) if name in labels else message
        for name, errors in found.items()
        for message in ValidationError(errors).messages
    )


def tell(
    request: StaffRequest,
    target: TranslatableMixin,
    text: str,
    buttons: list[tuple[str, str, bool]] | None = None,
    **details: str,
) -> None:
    language = target.locale.get_display_name()
    text %= {"title": str(target), "language": language, **details}
    messages.error(request, text, buttons=buttons)
