"""Scheduled publishing: when it is due, its time zone, and what happens when it fails."""

import logging
from typing import Any

from django import forms
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log as log_action
from wagtail.models import Revision

log = logging.getLogger(__name__)

SCHEDULED = "wagtail.publish.scheduled"  # Wagtail's log action for publishing on schedule.


def name_time_zone(fields: dict[str, forms.Field], *names: str) -> None:
    """Add the name of the site's time zone to the help texts of these fields."""
    zone = _("Time zone: %s.") % timezone.get_current_timezone_name()
    for name in fields.keys() & set(names):
        fields[name].help_text = f"{fields[name].help_text} {zone}".strip()


def closes_by_surprise(draft: Any) -> bool:
    """Whether publishing the draft of a petition would close it by a time that has passed already.

    False where the public knows that time: the petition is closed, and stays so.
    """
    if draft.closes_at is None or draft.closes_at > timezone.now():
        return False
    rows: models.QuerySet[Any] = type(draft)._default_manager.filter(pk=draft.pk, live=True)
    return not rows.filter(closes_at=draft.closes_at).exists()


def take_off(subject: models.Model, revision: Revision, *, action: str) -> None:
    """Unschedule a revision that cannot go live; `action` records the reason in the log."""
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log_action(subject, action, revision=revision)


def publish_due() -> None:
    """Publish pages and petitions whose time has come, and unpublish those that have expired.

    A page that cannot be published is logged, and the worker goes on. Raises DatabaseError and
    InterfaceError when the connection to the database is lost.
    """
    try:
        call_command("publish_scheduled", verbosity=0)
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        log.exception("What is scheduled could not all be published.")
