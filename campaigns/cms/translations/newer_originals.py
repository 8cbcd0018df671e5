"""Say that the original was published after its texts were taken into the translations."""

from datetime import datetime

from django.db.models import Max, Model
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.log_actions import registry
from wagtail.models import DraftStateMixin, TranslatableMixin
from wagtail_localize.models import Translation, TranslationSource

from campaigns.cms.pages.notes import is_opened
from campaigns.cms.permissions import StaffRequest
from campaigns.cms.translations.translating import may_change
from campaigns.petitions.translating import translation_of

get_progress_display = Translation.get_status_display


def register() -> None:
    """Extend the status that wagtail-localize's report shows, which knows old texts alone."""
    Translation.get_status_display = get_status_display


def get_status_display(translation: Translation) -> str:
    if is_newer(translation.source):
        return _("To be brought up to date")
    return str(get_progress_display(translation))


def is_newer(source: TranslationSource) -> bool:
    """Return whether the public version of the original is newer than the source."""
    changed_at = public_since(source.get_source_instance())
    return changed_at is not None and changed_at > source.last_updated_at


def public_since(original: TranslatableMixin) -> datetime | None:
    """Return when the public version was made; of a snippet without drafts, by Wagtail's log."""
    if isinstance(original, DraftStateMixin):
        return original.last_published_at
    edits = registry.get_logs_for_instance(original).filter(action="wagtail.edit")
    moment: datetime | None = edits.aggregate(newest=Max("timestamp"))["newest"]
    return moment


def tell(request: StaffRequest, subject: Model) -> None:
    """Warn above the sentences, and offer to bring them up to date to those who may.

    For the `before_edit_page` and `before_edit_snippet` hooks, before those of wagtail-localize.
    """
    if not isinstance(subject, TranslatableMixin) or not is_opened(request):
        return
    translation = translation_of(subject)
    if translation is None or not is_newer(translation.source):
        return
    text = _(
        "The original was published after the sentences below were taken from it. What has "
        "changed is not among them until the translations are brought up to date."
    )
    name, back = "wagtail_localize:update_translations", {"next": request.path}
    url = reverse(name, args=[translation.source_id], query=back)
    button = messages.button(url, _("Bring translations up to date"))
    original, user = translation.source.get_source_instance(), request.user
    may_synchronise = user.has_perm("wagtail_localize.submit_translation")
    is_led = may_synchronise and may_change(user, original)
    messages.warning(request, text, buttons=[button] if is_led else None)
