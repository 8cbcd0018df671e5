"""Remember for a day which *Add* forms of the CMS were submitted, and how they were answered."""

from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from operations import encryption

REMEMBERED_FOR = timedelta(days=1)


class SentForm(models.Model):
    """An *Add* form that has created an object. It contains nothing readable of what was typed."""

    # A hash of the user, the URL and the token of this one rendering of the form.
    key = models.CharField(max_length=64, primary_key=True)
    # A hash of all submitted values: the same values again mean a second click.
    content = models.CharField(max_length=64)
    # The redirect of the browser, or the JSON response to a script. The response may have a name
    # that was typed, so it is encrypted, with the help of the form's token, which is not stored.
    location = models.TextField(blank=True)
    told = models.JSONField(null=True)
    sent_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.key


def begin(key: str, *, content: str, token: str) -> tuple[SentForm, bool]:
    """Return the form with this key, and whether it is submitted for the first time.

    Its response is decrypted; do not save it.

    Call it in the transaction that creates the object: a second call waits until the first has
    finished.
    """
    form, is_first = SentForm.objects.get_or_create(key=key, defaults={"content": content})
    if form.told is not None:
        form.told = encryption.opened(b64decode(form.told), purpose(token))
    return form, is_first


def remember(form: SentForm, *, location: str, told: Any, token: str) -> None:
    sealed = told and b64encode(encryption.seal(told, purpose(token))).decode()
    SentForm.objects.filter(pk=form.pk).update(location=location, told=sealed)


def purpose(token: str) -> str:
    return f"campaigns.workflow.sent_form:{token}"


def delete_old() -> None:
    """Delete the forms that nobody submits a second time any more."""
    SentForm.objects.filter(sent_at__lt=timezone.now() - REMEMBERED_FOR).delete()
