"""What is left to be translated, on the dashboard of users who may edit it."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TranslatableMixin, WorkflowState
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from campaigns.cms.permissions import StaffRequest
from campaigns.petitions.petition import Petition

SHOWN = 8


def waiting_for(user: User) -> QuerySet[Any]:
    """Return the translations that the user may edit and has not finished, the newest first.

    These lack sentences, or lack none, were never published, and are neither submitted nor
    scheduled. They are annotated with `left`, the number of these sentences; None without any.
    """
    snippets = [each for each in get_snippet_models() if issubclass(each, TranslatableMixin)]
    mine, new = Q(), Q(pk=None)
    for model in (Page, *snippets):
        rows = policy_registry.get_by_type(model).instances_user_has_permission_for(user, "change")
        of_translation = {
            "translation_key": OuterRef("source__object_id"),
            "locale_id": OuterRef("target_locale_id"),
        }
        mine |= Q(Exists(rows.filter(**of_translation)))
        if issubclass(model, Page | Petition):
            submitted = WorkflowState.objects.active().filter(
                base_content_type__model=model._meta.model_name,
                object_id=Cast(OuterRef("pk"), CharField()),
            )
            untouched = rows.filter(**of_translation, live=False, first_published_at=None)
            scheduled = Q(latest_revision__approved_go_live_at__isnull=False)
            new |= Q(Exists(untouched.exclude(scheduled).exclude(Exists(submitted))))
    translated = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=OuterRef("language"),
        has_error=False,
    )
    left = (
        StringSegment.objects.filter(source_id=OuterRef("source_id"))
        .annotate(language=OuterRef("target_locale_id"))
        .filter(~Exists(translated))
        .order_by()
        .values("source_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    found = Translation.objects.filter(mine, enabled=True).annotate(left=Subquery(left))
    kinds = ("source__object__content_type", "source__specific_content_type", "target_locale")
    waiting = found.filter(Q(left__gt=0) | new).select_related(*kinds).order_by("-pk")
    return waiting.defer("source__content_json")


def targets(translations: list[Any]) -> dict[tuple[Any, int], Any]:
    """Return the translated pages and snippets by key and language; one query for each model."""
    keys: dict[Any, set[Any]] = defaultdict(set)
    for each in translations:
        keys[each.source.object.content_type.model_class()].add(each.source.object_id)
    return {
        (row.translation_key, row.locale_id): row
        for model, some in keys.items()
        for row in model.objects.filter(translation_key__in=some)
    }


class TranslationsPanel(Component):
    """What is left to be translated; empty where nothing is."""

    name = "translations"
    order = 216
    template_name = "campaigns/cms/translations_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        waiting = list(waiting_for(parent_context["request"].user)[: SHOWN + 1])
        shown = waiting[:SHOWN]
        found, finder = targets(shown), AdminURLFinder()  # `waiting_for` has checked permissions
        rows = [
            {
                "title": str(target),
                "url": finder.get_edit_url(target),
                "language": each.target_locale.get_display_name(),
                "kind": each.source.specific_content_type.name,
                "left": each.left,
            }
            for each in shown
            if (target := found.get((each.source.object_id, each.target_locale_id)))
        ]
        return {"rows": rows, "has_more": len(waiting) > SHOWN}


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    panels.append(TranslationsPanel())
