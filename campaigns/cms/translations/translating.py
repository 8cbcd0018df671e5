"""Confine the views of wagtail-localize to what a user may see and change.

These views check permissions on a model. Here the permission on the single page, petition or
snippet is checked first; a petition that the user may not see is a 404.
"""

import logging
from collections import Counter
from collections.abc import Callable
from functools import partial, reduce, wraps
from operator import or_
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DataError, transaction
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from wagtail.admin.auth import permission_denied
from wagtail.admin.widgets.button import Button
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models
from wagtail.snippets.views.snippets import get_snippet_model_from_url_params
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.snippets_api import SnippetViewSet

from campaigns.cms.permissions import AnyUser, StaffRequest, may, may_see, petitions_seen_by
from campaigns.cms.translations import choosing, po_files, rivals, sending, sentences
from campaigns.cms.translations.synchronising import (
    ask_first,
    ask_for_reason,
    is_locked,
    synchronise,
    tell_locked,
    tell_missing,
    tell_problems,
)
from campaigns.pages import page_guard
from campaigns.petitions import publishing, translating
from campaigns.petitions.petition import Petition

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
SENDING = ("submit_page_translation", "submit_snippet_translation")
# The permissions that wagtail-localize checks with `has_perm`.
RIGHTS = ("add", "change", "delete", "publish")


class RequestPermissionsBackend(BaseBackend):
    """Grant the permissions that the collection of the current request's petition gives.

    An authentication backend (AUTHENTICATION_BACKENDS): wagtail-localize calls `user.has_perm`.
    """

    def has_perm(self, user: AnyUser, permission: str, obj: object = None) -> bool:
        return user.is_active and permission in getattr(user, "request_permissions", ())


def grant_for_request(user: User, petition: Petition) -> None:
    actions = [action for action in RIGHTS if may(user, action, petition)]
    user.request_permissions = {  # type: ignore[attr-defined]  # read by RequestPermissionsBackend
        f"campaigns.{action}_petition" for action in actions
    }


def confined(view: View) -> View:
    """Decorate a view of the CMS: those of wagtail-localize check the permissions first."""

    @wraps(view)
    def answer(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = request.resolver_match
        assert match  # views are never called without it
        if "wagtail_localize" not in match.namespaces:
            return view(request, *args, **kwargs)
        if not (request.user.is_active and request.user.has_perm("wagtailadmin.access_admin")):
            # Wagtail's own check redirects to the login page.
            return view(request, *args, **kwargs)
        subject = subject_of(kwargs)
        if isinstance(subject, Petition) and not may_see(request.user, subject):
            raise Http404
        if subject and not may_change(request.user, subject):
            return permission_denied(request)
        if isinstance(subject, Petition):
            grant_for_request(request.user, subject)
        if match.url_name == "convert_to_alias" and isinstance(subject, Page):
            return sending.keep_texts(request, subject)
        submits = match.url_name in SENDING and request.method == "POST"
        sent = subject if submits and isinstance(subject, Page | Petition) else None
        if sent and (refusal := sending.refuse(request, sent)):
            return refusal
        sends = match.url_name == "submit_snippet_translation" and request.method == "POST"
        if sends and subject and (refusal := rivals.refuse(request, subject)):
            return refusal
        work = partial(view, request, *args, **kwargs)
        try:
            if match.url_name == "upload_pofile":
                work = partial(po_files.upload, request, work, **kwargs)
            if match.url_name == "edit_override":
                work = partial(choosing.choose, request.user, work, **kwargs)
            if match.url_name == "edit_string_translation":
                work = partial(sentences.replace, request, work, **kwargs)
            with transaction.atomic():
                return work()
        # wagtail-localize checks neither that all fields were sent nor how long a text may be.
        except (MultiValueDictKeyError, DataError):
            log.warning("A translation did not arrive as it was sent: %s", match.view_name)
            return HttpResponseBadRequest()

    return answer


def synchronised(view: View) -> View:
    """Decorate a view of the CMS, below `acting_once`: bringing up to date also publishes."""

    @wraps(view)
    def answer(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = request.resolver_match
        work = partial(view, request, *args, **kwargs)
        if not match or match.view_name != "wagtail_localize:update_translations":
            return work()
        source = get_object_or_404(TranslationSource, pk=kwargs["translation_source_id"])
        return synchronise(request, source, work)

    return answer


def subject_of(kwargs: dict[str, Any]) -> TranslatableMixin | None:
    """Return the object that a view of wagtail-localize is about, by the arguments of its URL.

    Raise Http404 if it does not exist, or no longer exists.
    """
    if "page_id" in kwargs:
        return get_object_or_404(Page, pk=kwargs["page_id"]).specific
    if "translation_id" in kwargs:
        translation = get_object_or_404(Translation, pk=kwargs["translation_id"])
        return found(translation.get_target_instance)
    if "translation_source_id" in kwargs:
        source = get_object_or_404(TranslationSource, pk=kwargs["translation_source_id"])
        return found(source.get_source_instance)
    if "pk" in kwargs:
        model = get_snippet_model_from_url_params(kwargs["app_label"], kwargs["model_name"])
        if not kwargs["pk"].isdecimal() or len(kwargs["pk"]) > 18:
            raise Http404
        return get_object_or_404(model, pk=kwargs["pk"])
    return None


def found(get: Callable[[], TranslatableMixin]) -> TranslatableMixin:
    """Return the result of `get`. Raise Http404 for an object that has been deleted since."""
    try:
        return get()
    except ObjectDoesNotExist:
        raise Http404 from None


def may_change(user: AnyUser, subject: TranslatableMixin) -> bool:
    if isinstance(subject, Page):
        return subject.permissions_for_user(user).can_edit()
    policy = policy_registry.get(subject)
    return policy.user_has_permission_for_instance(user, "change", subject)


def before_editing_petition(request: StaffRequest, petition: Model) -> HttpResponse | None:
    """Check a petition before wagtail-localize shows its translation editor or publishes it.

    For the `before_edit_snippet` hook.
    """
    if not isinstance(petition, Petition) or not petition.is_translation:
        return None
    grant_for_request(request.user, petition)
    if not is_publishing(request, petition):
        return None
    if is_locked(request, petition):
        tell_locked(request, petition)
        return redirect(request.path)
    try:
        if asked := ask_for_reason(request, petition):
            return asked
    except ValidationError as error:
        tell_problems(request, petition, error)
        return redirect(request.path)
    if names := publishing.missing(petition):
        tell_missing(request, petition, names)
        return redirect(request.path)
    return None


def before_editing_page(request: StaffRequest, page: Page) -> HttpResponse | None:
    """Ask the same questions before publishing a translation as Wagtail's editor does.

    For the `before_edit_page` hook.
    """
    allowed = page.permissions_for_user(request.user)
    if not (is_publishing(request, page) and allowed.can_publish()):
        return None
    if is_locked(request, page):
        tell_locked(request, page)
        return redirect(request.path)
    if names := page_guard.missing(page):
        tell_missing(request, page, names)
        return redirect(request.path)
    try:
        return ask_first(request, page)
    except ValidationError as error:
        tell_problems(request, page, error)
        return redirect(request.path)


def is_publishing(request: HttpRequest, instance: TranslatableMixin) -> bool:
    publishes = request.method == "POST" and request.POST.get("action") == "publish"
    return publishes and translating.translation_of(instance) is not None


def buttons(user: AnyUser, petitions: list[Petition]) -> dict[int, list[Button]]:
    """Return buttons to translate and synchronise each original that the user may change.

    They are grouped by the primary key of the petition. Makes three queries.
    """
    if not user.has_perm("wagtail_localize.submit_translation"):
        return {}
    originals = [
        each for each in petitions if not each.is_translation and may(user, "change", each)
    ]
    keys = [each.translation_key for each in originals]
    there = Counter(
        Petition.objects.filter(translation_key__in=keys).values_list("translation_key", flat=True)
    )
    sources = TranslationSource.objects.filter(object__in=keys, translations__enabled=True)
    synchronised = dict(sources.values_list("object", "pk"))
    several = Locale.objects.count()
    found: dict[int, list[Button]] = {}
    for each in originals:
        key, found[each.pk] = each.translation_key, []
        if there[key] < several:
            args = ["campaigns", "petition", each.pk]
            url = reverse("wagtail_localize:submit_snippet_translation", args=args)
            found[each.pk].append(Button(_("Translate"), url, icon_name="site", priority=60))
        if key in synchronised:
            url = reverse("wagtail_localize:update_translations", args=[synchronised[key]])
            label = _("Bring translations up to date")
            found[each.pk].append(Button(label, url, icon_name="resubmit", priority=61))
    return found


class ConfinedReport(TranslationsReportView):
    """wagtail-localize's report, confined to what the user may work on, the newest first."""

    request: StaffRequest

    def get_queryset(self) -> QuerySet[Any]:
        user = self.request.user
        pages = PagePermissionPolicy().instances_user_has_any_permission_for(
            user, ["add", "change", "publish"]
        )
        sets = [pages, petitions_seen_by(user)]
        for model in get_snippet_models():
            if issubclass(model, TranslatableMixin) and model is not Petition:
                policy = policy_registry.get_by_type(model)
                if policy.user_has_any_permission(user, ["add", "change", "view"]):
                    sets.append(model.objects.all())
        keys = [Q(source__object__in=each.values("translation_key")) for each in sets]
        return super().get_queryset().filter(reduce(or_, keys)).order_by("-pk")


class ConfinedSnippets(SnippetViewSet):
    """wagtail-localize's API of snippets for its choosers, confined to what the user may see."""

    request: StaffRequest

    def get_queryset(self) -> QuerySet[Any]:
        model = self.get_model()
        if model is Petition:
            return petitions_seen_by(self.request.user)
        policy = policy_registry.get_by_type(model)
        return policy.instances_user_has_any_permission_for(
            self.request.user, ["add", "change", "delete", "view"]
        )


def urls() -> list[URLPattern]:
    """Return URLs that replace those of wagtail-localize, which show everything to all staff.

    For the `register_admin_urls` hook.
    """
    snippets = "localize/api/snippets/<slug:app_label>/<slug:model_name>/"
    return [
        path("localize/reports/translations/", ConfinedReport.as_view()),
        path("localize/reports/translations/results/", ConfinedReport.as_view(results_only=True)),
        path(snippets, ConfinedSnippets.as_view({"get": "list"})),
        path(f"{snippets}<str:pk>/", ConfinedSnippets.as_view({"get": "retrieve"})),
    ]
