"""The milestones of a petition: the numbers that it has reached, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally

# From 1,000 to 50 million. The goal of a petition is also a milestone.
ROUND = [factor * 10**zeros for zeros in range(3, 8) for factor in (1, 5)]


class Milestone(models.Model):
    """A number that a petition has reached, with the moment of the signature that reached it.

    Only `counting.fold` writes the rows. It deletes one when the count falls below it.
    """

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="milestones")
    number = models.PositiveIntegerField(_("number"))
    reached_at = models.DateTimeField(_("reached"))
    # Whether it was the goal of the petition at that moment; None until that is decided.
    was_goal = models.BooleanField(_("was the goal"), null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(fields=["tally", "number"], name="one_milestone_a_number")
        ]

    def __str__(self) -> str:
        return str(self.pk)
