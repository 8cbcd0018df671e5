"""Ask before a translated sentence replaces what a colleague has written meanwhile."""

from collections.abc import Callable

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from campaigns.cms.permissions import StaffRequest
from campaigns.cms.translations.submitting import OpenedForm


def replace(
    request: StaffRequest,
    view: Callable[[], HttpResponse],
    translation_id: int,
    string_segment_id: int,
) -> HttpResponse:
    """Let wagtail-localize's view save a sentence, or answer with that of a colleague.

    The editor shows the sentences as they were when it was opened. js/translating.js says when that
    was, or nothing if the translator has seen what they replace.
    """
    opened = OpenedForm({"opened_at": request.headers.get("X-Opened-At")})
    if request.method != "PUT" or not opened.is_valid():
        return view()
    segment = get_object_or_404(StringSegment, pk=string_segment_id)
    newer = StringTranslation.objects.filter(
        translation_of=segment.string_id,
        locale=get_object_or_404(Translation, pk=translation_id).target_locale_id,
        context=segment.context_id,
        updated_at__gt=opened.cleaned_data["opened_at"],
    )
    theirs = newer.exclude(last_translated_by=request.user).first()
    return JsonResponse({"theirs": theirs.data}, status=409) if theirs else view()
