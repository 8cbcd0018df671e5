"""Numbers that a petition has reached, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally

# Round enough to be told; a petition's goal is told besides.
ROUND = [factor * 10**zeros for zeros in range(3, 8) for factor in (1, 5)]


class Milestone(models.Model):
    """Written by `counting.recount` alone, once: the moment of the signature that reached it.

    It goes when the count falls below it, for then it is no longer true.
    """

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="milestones")
    number = models.PositiveIntegerField(_("number"))
    reached_at = models.DateTimeField(_("reached"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(fields=["tally", "number"], name="one_milestone_a_number")
        ]

    def __str__(self) -> str:
        return str(self.pk)
