"""Warn of what is lost when the synchronised translation of a page or snippet is started again."""

from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import TranslatableMixin
from wagtail_localize.models import Translation

from campaigns.cms.permissions import StaffRequest


def warn(request: StaffRequest, subject: Model) -> None:
    """Show the warning above the sentences, to which wagtail-localize leads next.

    For the `before_edit_page` and `before_edit_snippet` hooks, before those of wagtail-localize.
    """
    if "localize-restart-translation" not in request.POST:
        return
    if not isinstance(subject, TranslatableMixin):
        return
    stopped = Translation.objects.filter(
        source__object=subject.translation_key, target_locale=subject.locale_id, enabled=False
    )
    if stopped.exists():
        text = _(
            "The translation “%s” is made from the sentences below again. What was written by hand "
            "after the translation was stopped is not among them, and publishing replaces it. To "
            "keep it, type it into the sentences, or press “Stop Synced translation”."
        )
        messages.warning(request, text % subject)
