"""The record of backups, by which the doctor and the metrics show when one is missing."""

from datetime import datetime

from django.db import models
from django.utils import timezone


class Backup(models.Model):
    """One backup that was written completely.

    `tried_at` is when it was restored on trial, mostly with the temporary key of the process that
    made it. `opened_at` is when it was restored, on trial or not, with a key of the operators.
    `unknown_until` is when it was restored where nobody knew the last state of the site, such as on
    an empty machine: this database knows nothing of the time from `made_at` until then.
    """

    file = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    unknown_until = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.file


def last() -> Backup | None:
    return Backup.objects.order_by("-made_at").first()


def last_tried_at() -> datetime | None:
    found: datetime | None = Backup.objects.aggregate(last=models.Max("tried_at"))["last"]
    return found


def last_opened_at() -> datetime | None:
    found: datetime | None = Backup.objects.aggregate(last=models.Max("opened_at"))["last"]
    return found


def first_made_at() -> datetime | None:
    found: datetime | None = Backup.objects.aggregate(first=models.Min("made_at"))["first"]
    return found
