"""What goes live by itself: by whose clock, and what is said when it cannot."""

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Revision

SCHEDULED = "wagtail.publish.scheduled"  # what Wagtail says when a moment has come


def name_time_zone(fields: dict[str, forms.Field], *names: str) -> None:
    """Whose clock it is that times are typed by."""
    zone = _("Time zone: %s.") % timezone.get_current_timezone_name()
    for name in fields.keys() & set(names):
        fields[name].help_text = f"{fields[name].help_text} {zone}".strip()


def take_off(subject: models.Model, revision: Revision, *, action: str) -> None:
    """Leave it a draft, where it cannot go live; the action tells the history why."""
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log(subject, action, revision=revision)
