"""Remember for a day which *Add* forms of the CMS were submitted, and how they were answered."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

REMEMBERED_FOR = timedelta(days=1)


class SentForm(models.Model):
    """An *Add* form that has created an object. It contains nothing of what was typed."""

    # A hash of the user, the URL and the token of this one rendering of the form.
    key = models.CharField(max_length=64, primary_key=True)
    # A hash of all submitted values: the same values again mean a second click.
    content = models.CharField(max_length=64)
    # The redirect of the browser, or the JSON response to a script.
    location = models.TextField(blank=True)
    told = models.JSONField(null=True)
    sent_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.key


def begin(key: str, *, content: str) -> tuple[SentForm, bool]:
    """Return the form with this key, and whether it is submitted for the first time.

    Call it in the transaction that creates the object: a second call waits until the first has
    finished.
    """
    return SentForm.objects.get_or_create(key=key, defaults={"content": content})


def remember(form: SentForm, *, location: str, told: Any) -> None:
    form.location, form.told = location, told
    form.save(update_fields=["location", "told"])


def delete_old() -> None:
    """Delete the forms that nobody submits a second time any more."""
    SentForm.objects.filter(sent_at__lt=timezone.now() - REMEMBERED_FOR).delete()
