"""What signers agreed to: the letter and the consent as they stood on the page."""

import hashlib

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Wording(models.Model):
    """Inserted when a petition is published with words of its own, and never changed.

    GDPR, article 7(1): whoever relies on consent must be able to show what was agreed to.
    """

    tally = models.ForeignKey("campaigns.Tally", on_delete=models.PROTECT, related_name="wordings")
    locale = models.ForeignKey(
        "wagtailcore.Locale", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    letter = models.TextField(_("letter"))
    consent = models.TextField(_("consent"))
    digest = models.CharField(max_length=64, editable=False)
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    reason = models.TextField(_("reason"), blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [
            models.UniqueConstraint(fields=["tally", "locale", "digest"], name="one_wording_a_text")
        ]

    def __str__(self) -> str:
        return str(self.pk)


def digest(letter: str, consent: str) -> str:
    """SHA-256 over both texts, told apart by a character that neither can hold."""
    return hashlib.sha256(f"{letter}\0{consent}".encode()).hexdigest()


def record(petition: models.Model, *, by: models.Model | None = None) -> Wording:
    """The wording of a petition's words as they are now, made if there is none."""
    letter, consent = petition.letter, petition.consent
    return Wording.objects.get_or_create(
        tally=petition.tally,
        locale_id=petition.locale_id,
        digest=digest(letter, consent),
        defaults={"letter": letter, "consent": consent, "published_by": by},
    )[0]
