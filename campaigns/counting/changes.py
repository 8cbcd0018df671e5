"""Count changes: changes to confirmed signatures, noted by database triggers.

New confirmations need no note, since `counting.fold` finds them by their time. Only changes to
earlier signatures are noted: signatures that are moderated, released, withdrawn, deleted, or
imported with an earlier day.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


class CountChange(models.Model):
    """One signature more or less. `counting.fold` adds the rows to the totals, and deletes them.

    Signing only ever inserts rows, so signers never wait for each other's locks.
    """

    # No constraint: the rows are written by a trigger, and each insert would have to check it.
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
