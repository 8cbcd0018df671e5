"""One row for a petition in all its languages: what is counted and what no draft may change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """Made with the petition. Signatures hang on it, so that no language can split a count.

    The totals are written by `counting.recount` alone; `paused_at` and `won_at` by `publishing`.
    """

    translation_key = models.UUIDField(unique=True, editable=False)
    petition = models.OneToOneField(
        "campaigns.Petition", on_delete=models.PROTECT, related_name="+", verbose_name=_("original")
    )
    total = models.PositiveIntegerField(_("signatures"), default=0)
    pending = models.PositiveIntegerField(_("awaiting confirmation"), default=0)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    won_at = models.DateTimeField(_("won"), null=True, blank=True)
    held_at = models.DateTimeField(
        _("kept beyond its days"),
        null=True,
        blank=True,
        help_text=_("While set, signers' data is not emptied: a court asks for it, say."),
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return str(self.pk)
