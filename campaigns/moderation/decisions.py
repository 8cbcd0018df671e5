"""What staff decided about signatures, so that it can be undone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.signatures.signature import Signature


class Judgement(models.Model):
    """One decision over one signature or over all that a list showed."""

    verdict = models.CharField(
        _("verdict"), max_length=12, choices=Signature.Verdict, default="", blank=True
    )
    reason = models.CharField(_("reason"), max_length=255)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")

    def __str__(self) -> str:
        return str(self.pk)


class JudgedSignature(models.Model):
    """What a signature's verdict was before."""

    judgement = models.ForeignKey(Judgement, on_delete=models.CASCADE, related_name="judged")
    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="judged")
    verdict = models.CharField(max_length=12, default="", blank=True)
    verdict_reason = models.CharField(max_length=255, default="", blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("judged signature")
        verbose_name_plural = _("judged signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["judgement", "signature"], name="one_verdict_a_judgement"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
