"""Scheduled publishing: its due times, its time zone, and what happens when it fails."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log as log_action
from wagtail.log_actions import registry
from wagtail.models import DraftStateMixin, Page, Revision, TranslatableMixin

log = logging.getLogger(__name__)

# Wagtail's log actions for publishing and unpublishing on schedule.
SCHEDULED, UNPUBLISHED = "wagtail.publish.scheduled", "wagtail.unpublish.scheduled"
# Callbacks for each revision that could not go live at its time.
TAKEN_OFF: list[Callable[[Revision], None]] = []


def name_time_zone(fields: dict[str, forms.Field], *names: str) -> None:
    """Add the name of the site's time zone to the help texts of these fields."""
    zone = _("Time zone: %s.") % timezone.get_current_timezone_name()
    for name in fields.keys() & set(names):
        fields[name].help_text = f"{fields[name].help_text} {zone}".strip()


def closes_by_surprise(draft: Any, *, at: datetime | None = None) -> bool:
    """Return whether publishing the draft of a petition would close it by a time in the past.

    It is published now, or at a later time `at`. False if its closing time is public already, to
    the minute, since drafts store only milliseconds: the petition is closed, and stays so.
    """
    if draft.closes_at is None or draft.closes_at > max(timezone.now(), at or timezone.now()):
        return False
    rows: models.QuerySet[Any] = type(draft)._default_manager.filter(pk=draft.pk, live=True)
    minute = draft.closes_at.replace(second=0, microsecond=0)
    closed = rows.filter(closes_at__gte=minute, closes_at__lt=minute + timedelta(minutes=1))
    return not closed.exists()


@contextmanager
def or_take_off(
    subject: models.Model, revision: Revision, options: dict[str, Any], *, action: str
) -> Iterator[None]:
    """Publish in this block; a scheduled revision that cannot go live is unscheduled instead.

    In the meantime another object may have taken its web address, for example. That must not stop
    the worker, which also sends the emails. In other cases the error is raised.
    """
    try:
        with transaction.atomic():
            yield
    except (ValidationError, IntegrityError):
        if options.get("log_action") != SCHEDULED:
            raise
        take_off(subject, revision, action=action)


def take_off(subject: models.Model, revision: Revision, *, action: str) -> None:
    """Unschedule a revision that was due and cannot go live; log it as `action` in the history."""
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log_action(subject, action, revision=revision)
    for tell in TAKEN_OFF:
        tell(revision)


def go_live_at(objects: Iterable[DraftStateMixin]) -> dict[Any, datetime]:
    """Return when the drafts among objects of one model go live, as scheduled, by primary key."""
    drafts = {str(each.pk): each for each in objects if not each.live}
    if not drafts:
        return {}
    found = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(next(iter(drafts.values()))),
        object_id__in=drafts,
        approved_go_live_at__isnull=False,
    )
    rows = found.values_list("object_id", "approved_go_live_at")
    return {drafts[key].pk: moment for key, moment in rows}


def scheduled_by(revision: Revision) -> set[int]:
    """Return the IDs of the users who wrote and who scheduled a revision."""
    entries = registry.get_logs_for_instance(revision.content_object)
    mine = entries.filter(revision=revision, action="wagtail.publish.schedule")
    return {*mine.values_list("user", flat=True), revision.user_id} - {None}


def publish_due() -> None:
    """Publish pages and petitions whose time has come, and unpublish those that have expired.

    This does what Wagtail's command `publish_scheduled` does, but in a transaction for each object:
    one that fails is logged, and the others go on. What an editor or another worker has done in the
    meantime stands. Raises OperationalError and InterfaceError when the connection to the database
    is lost.
    """
    # First what takes the place of a version that expires at the same time, or has expired while no
    # worker ran: unpublishing it would unschedule what comes.
    for revision in due().order_by("approved_go_live_at").defer("content"):
        attempt(revision, partial(publish_scheduled, revision))
    published: list[type[Any]] = [Page, *filter(is_drafted, apps.get_models())]
    for model in published:
        for expired in model._default_manager.filter(live=True, expire_at__lt=timezone.now()):
            attempt(expired, partial(unpublish_expired, expired))


def due() -> models.QuerySet[Revision]:
    found: models.QuerySet[Revision] = Revision.objects.filter(
        approved_go_live_at__lt=timezone.now()
    )
    return found


def unpublish_expired(expired: Any) -> None:
    """Unpublish an object, unless somebody has just unpublished it or given it more time.

    A newer version that is scheduled for later still goes live: Wagtail would unschedule it.
    """
    locked = lock(expired).filter(pk=expired.pk, live=True, expire_at__lt=timezone.now()).first()
    if locked:
        later = locked.revisions.filter(approved_go_live_at__gte=locked.expire_at)
        scheduled = list(later.defer("content"))
        locked.unpublish(set_expired=True, log_action=UNPUBLISHED)
        Revision.objects.bulk_update(scheduled, ["approved_go_live_at"])


def publish_scheduled(revision: Revision) -> None:
    """Publish a revision, unless somebody has just published or unscheduled its object.

    If it has expired meanwhile, since no worker ran, nobody sees it.
    """
    lock(revision.content_object)
    if scheduled := due().filter(pk=revision.pk).first():
        scheduled.publish(log_action=SCHEDULED)
        unpublish_expired(revision.content_object)


def with_publisher(
    revision: Revision, user: User | None, options: dict[str, Any]
) -> dict[str, Any]:
    """Return the options of `publish`, with a user unless the publication was scheduled.

    wagtail-localize checks the permission, saves the revision, and publishes it after the commit
    without a user. Histories would then name nobody.
    """
    if user is None and options.get("log_action") != SCHEDULED:
        user, options = revision.user, options | {"skip_permission_checks": True}
    return options | {"user": user}


def lock(subject: Any) -> models.QuerySet[Any]:
    """Lock a page, or a snippet in all its languages, as POSTs of the CMS do (`idempotent_acts`).

    Return the rows. What was read of them before is out of date if somebody else had them locked.
    """
    rows: models.QuerySet[Any]
    if isinstance(subject, Page):
        rows = Page.objects.filter(pk=subject.pk)
    elif isinstance(subject, TranslatableMixin):
        same: Any = type(subject)._default_manager
        rows = same.filter(translation_key=subject.translation_key).order_by("pk")
    else:
        rows = type(subject)._default_manager.filter(pk=subject.pk)
    list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return rows


def is_drafted(model: type[models.Model]) -> bool:
    return issubclass(model, DraftStateMixin) and not issubclass(model, Page)


def attempt(subject: models.Model, work: Callable[[], object]) -> None:
    try:
        with transaction.atomic():
            work()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("Scheduled: %s %s could not be done.", subject._meta.label, subject.pk)
