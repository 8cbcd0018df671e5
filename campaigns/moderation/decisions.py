"""The record of the staff's decisions about signatures, so that a decision can be undone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature


class Decision(models.Model):
    """One decision, over one signature or over all that a list showed."""

    moderation = models.CharField(
        _("moderation"), max_length=12, choices=Signature.Moderation, default="", blank=True
    )
    reason = models.CharField(_("reason"), max_length=255)
    # A decision over very many signatures takes minutes: both are the moments at which all is done.
    made_at = models.DateTimeField(_("decided on"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone on"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The petitions whose signatures it is about, so that nobody has to read a million rows to know
    # who may undo it.
    tallies = models.ManyToManyField(Tally, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return str(self.pk)


class ModeratedSignature(models.Model):
    """The moderation of a signature as it was before a decision."""

    # The constraint below is the index. With one over the decision alone, PostgreSQL searches all
    # its rows for each of its signatures as long as the statistics do not know a new decision.
    # Nor does PostgreSQL check for each of 50,000 rows that its decision and its signature are
    # there, which would be a fifth of the whole: the transaction has just made the one and locked
    # the other. Whoever deletes signatures locks them, too (`privacy.dependent_rows`).
    decision = models.ForeignKey(
        Decision,
        on_delete=models.CASCADE,
        related_name="moderated",
        db_index=False,
        db_constraint=False,
    )
    signature = models.ForeignKey(
        Signature, on_delete=models.CASCADE, related_name="moderated", db_constraint=False
    )
    moderation = models.CharField(max_length=12, default="", blank=True)
    moderation_reason = models.CharField(max_length=255, default="", blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("moderated signature")
        verbose_name_plural = _("moderated signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "signature"], name="one_moderation_a_decision"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
