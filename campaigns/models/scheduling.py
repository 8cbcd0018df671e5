"""What was to go live by itself at its moment, and cannot: it stays a draft, and says so."""

from typing import Any

from django.db import models
from wagtail.log_actions import log

SCHEDULED = "wagtail.publish.scheduled"  # what Wagtail says when a moment has come


def take_off(subject: models.Model, revision: Any, *, action: str) -> None:
    """Leave a version a draft; the action tells the history why."""
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log(subject, action, revision=revision)
