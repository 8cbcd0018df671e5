"""Decisions of staff about signatures, recorded so that they can be undone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature


class Decision(models.Model):
    """One decision, about one signature or about all that a list showed."""

    moderation = models.CharField(
        _("moderation"), max_length=12, choices=Signature.Moderation, default="", blank=True
    )
    reason = models.CharField(_("reason"), max_length=255)
    # A decision about very many signatures takes minutes: both times are those of its end.
    made_at = models.DateTimeField(_("date of the decision"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(_("date of undoing"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The petitions whose signatures it is about, so that finding out who may undo it does not
    # require reading a million rows.
    tallies = models.ManyToManyField(Tally, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return str(self.pk)


class ModeratedSignature(models.Model):
    """The moderation of a signature as it was before a decision."""

    # The constraint below is the index. With an index on the decision alone, PostgreSQL would
    # search all rows of a decision for each of its signatures, as long as its statistics do not
    # include a new decision. There are no foreign key constraints either, whose checks would take a
    # fifth of the time for 50,000 rows: the transaction has just created the decision and locked
    # the signatures. Code that deletes signatures locks them, too (`privacy.dependent_rows`).
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
