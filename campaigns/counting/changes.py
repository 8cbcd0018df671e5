"""The changes of a count that its growth alone does not show; triggers of the database note them.

A signature that has just been confirmed is found by its time, so nothing is noted. Only what
happens to earlier ones is: moderated, released, withdrawn, erased, brought in with an earlier day.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


class CountChange(models.Model):
    """One signature more or less. `counting.fold` adds the rows to the totals, and deletes them.

    Rows are only ever added by those who sign, so nobody waits for anybody else's row.
    """

    # The triggers write the row, and a constraint would be checked for each.
    tally = models.ForeignKey(
        Tally, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    confirmed_at = models.DateTimeField(_("confirmed"))
    number = models.SmallIntegerField(_("more or less"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("change of a count")
        verbose_name_plural = _("changes of counts")

    def __str__(self) -> str:
        return str(self.pk)
