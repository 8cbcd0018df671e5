"""What the signatures of a petition say together, as of some minutes ago."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


class Survey(models.Model):
    """One row for a tally, written by `counting.survey` alone. Nobody is in it by name.

    Countries with few signatures are left out: who signs from there could be told by it.
    """

    tally = models.OneToOneField(
        Tally, on_delete=models.CASCADE, primary_key=True, related_name="survey"
    )
    counted = models.PositiveIntegerField(_("total at that time"))
    day = models.DateField(_("day"))
    today = models.PositiveIntegerField(_("signatures on that day"))
    countries = models.JSONField(_("signatures by country"), default=dict)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return str(self.pk)
