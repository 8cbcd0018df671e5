"""Refuse files of other teams that a translator chooses in place of those of the original."""

import json
from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse, HttpResponseForbidden
from wagtail_localize.models import OverridableSegment, SegmentOverride, Translation

from campaigns.blocks import own_files
from campaigns.cms.translations.deleted_choices import chosen_model


def choose(
    user: User, view: Callable[[], HttpResponse], translation_id: int, overridable_segment_id: int
) -> HttpResponse:
    """Let wagtail-localize's view store a choice, and take it back if the user may not choose it.

    Choosers do not offer these files, see `own_files`.
    """
    with transaction.atomic():
        response = view()
        if response.status_code >= 400:
            return response
        translation = Translation.objects.get(pk=translation_id)
        segment = OverridableSegment.objects.get(pk=overridable_segment_id)
        chosen = SegmentOverride.objects.filter(
            locale=translation.target_locale_id, context=segment.context_id
        ).first()
        model = chosen_model(segment.context)
        if chosen is None or model not in own_files.file_models():
            return response
        original, key = (str(json.loads(each.data_json)) for each in (segment, chosen))
        if key != original and not own_files.may_choose(user, model, key):
            transaction.set_rollback(True)
            return HttpResponseForbidden()
        return response
