"""The table of jobs: large pieces of work that somebody has requested and the worker does.

procrastinate manages the queue (ADR 51), which contains only the primary keys of jobs. This table
contains what people see: who requested what, how far it is, and the result.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# How long a job is shown after its end.
SHOWN_FOR = timedelta(days=30)
# How long the file that a job has made can be downloaded.
FILE_KEPT_FOR = timedelta(hours=24)


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNDER_WAY = (State.WAITING, State.RUNNING)


class Job(models.Model):
    """A job of one person. Only `order`, which is encrypted, may name signers.

    `order` says what is to be done, and is deleted when the job has ended. `told` describes the
    job for the list of jobs, and `result` contains its outcome.
    """

    State: ClassVar = State

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    made_at = models.DateTimeField(_("asked for"), default=timezone.now)
    told = models.JSONField(default=dict)
    order = models.BinaryField(null=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    # How often the job was started: it starts again if its process is killed.
    starts = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=20, blank=True, default="")
    # The file is encrypted with a key that is derived from this and the site's secret key.
    file_salt = models.BinaryField(null=True)
    file_expires_at = models.DateTimeField(null=True)
    # When the person is to be notified by email; NULL once that is done.
    notice_at = models.DateTimeField(null=True)
    notice_attempts = models.PositiveSmallIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["made_by", "-made_at"], name="jobs_of_a_person"),
            models.Index(
                fields=["made_by"],
                name="jobs_under_way",
                condition=Q(state__in=("waiting", "running")),
            ),
            models.Index(
                fields=["notice_at"], name="jobs_to_tell", condition=Q(notice_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "running"), ended_at=None)
                | Q(
                    state__in=("done", "failed", "cancelled"),
                    ended_at__isnull=False,
                    order=None,
                ),
                name="ended_job_has_no_order",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def percent(self) -> int:
        return min(100 * self.rows // self.total, 99) if self.total else 0

    @property
    def seconds_left(self) -> int | None:
        """An estimate from the pace so far; None while there is none."""
        if self.state != State.RUNNING or not self.rows or not self.started_at:
            return None
        passed = (timezone.now() - self.started_at).total_seconds()
        return max(1, round(passed * (self.total - self.rows) / self.rows))

    @property
    def has_file(self) -> bool:
        """Whether there is a file that has not expired."""
        until = self.file_expires_at
        return self.state == State.DONE and until is not None and until > timezone.now()


class Batch(models.Model):
    """Primary keys of the rows that a job is about, as stored when the job was requested."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="batches", db_index=False)
    number = models.PositiveIntegerField()
    keys = ArrayField(models.UUIDField())

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_batch_a_number")]

    def __str__(self) -> str:
        return str(self.pk)


class Piece(models.Model):
    """An encrypted part of the file that a job has made. The table is unlogged: not in the WAL."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_piece_a_number")]

    def __str__(self) -> str:
        return str(self.pk)


def of(user: User) -> QuerySet[Job]:
    """Return the jobs that a user may see: their own, or all for administrators."""
    return Job.objects.all() if user.is_superuser else Job.objects.filter(made_by=user)


def under_way(user: User) -> QuerySet[Job]:
    """Return the user's own jobs that have not ended."""
    return Job.objects.filter(made_by=user, state__in=UNDER_WAY)


def cancel(job: Job) -> bool:
    """Cancel a job; return False if it has already ended.

    A waiting job ends at once. A running job ends as soon as its process notices, and its changes
    are rolled back with its transaction.
    """
    if end(job, was=[State.WAITING], state=State.CANCELLED, cancelled_at=timezone.now()):
        return True
    running = Job.objects.filter(pk=job.pk, state=State.RUNNING)
    return bool(running.update(cancelled_at=timezone.now()))


def end(job: Job, *, was: Iterable[str] = UNDER_WAY, state: str, **values: object) -> bool:
    """End a job that is in one of these states, and delete its order; return False otherwise."""
    with transaction.atomic():
        rows = Job.objects.filter(pk=job.pk, state__in=was)
        is_ended = rows.update(state=state, ended_at=timezone.now(), order=None, **values)
        if is_ended:
            Batch.objects.filter(job=job.pk).delete()
    return bool(is_ended)
