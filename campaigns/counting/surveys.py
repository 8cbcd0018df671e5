"""Statistics over the signatures of a petition: today's, and those of each country."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


class Survey(models.Model):
    """The statistics of one tally. Only `counting.survey` writes the row.

    Countries with few signatures are left out, since a small number could identify a person.
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
