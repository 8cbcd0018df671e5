"""Confirmations by hand, for signers who told staff by letter or phone that they signed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.signatures.signature import Signature


class HandConfirmation(models.Model):
    """Marks a signature that staff confirmed on behalf of its signer, and says why."""

    signature = models.OneToOneField(
        Signature, on_delete=models.CASCADE, related_name="hand_confirmation"
    )
    reason = models.CharField(_("reason"), max_length=255)
    confirmed_at = models.DateTimeField(_("confirmed"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("confirmation by hand")
        verbose_name_plural = _("confirmations by hand")

    def __str__(self) -> str:
        return str(self.pk)


def of(signature: Signature) -> HandConfirmation | None:
    """Return the confirmation by hand of a signature, or None."""
    return HandConfirmation.objects.filter(signature=signature).first()
