"""Notes that colleagues write about a signature, with author and time."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.signatures.signature import Signature

LONGEST = 1000


# The name of the reverse relation. mypy does not always find it by itself.
RELATED = "notes"


class SignatureNote(models.Model):
    """One note. It is part of the person's access report, and is deleted with the signature."""

    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name=RELATED)
    text = models.TextField(_("note"), max_length=LONGEST)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(_("written"), auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return str(self.pk)


def as_data(signature: Signature) -> list[dict[str, Any]]:
    """Return the notes for the access report, the oldest first."""
    return [
        {
            "note": note.text,
            "written_at": note.written_at,
            "written_by": note.written_by and note.written_by.get_username(),
        }
        for note in sorted(getattr(signature, RELATED).all(), key=lambda note: note.pk)
    ]
