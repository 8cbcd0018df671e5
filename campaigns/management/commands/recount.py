"""manage.py recount: counts all signatures, and corrects the totals."""

from typing import Any

from django.core.management import BaseCommand

from campaigns.counting import counting
from campaigns.petitions.tally import Tally


class Command(BaseCommand):
    help = "Makes each petition's total equal to its signatures, and lists those that were wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        before = {tally.pk: tally for tally in Tally.objects.all()}
        changed = Tally.objects.filter(pk__in=counting.recount()).select_related("petition")
        for tally in changed.order_by("pk"):
            was = before.get(tally.pk, Tally())
            for name, number in (("", "total"), ("pending: ", "pending")):
                old, new = getattr(was, number), getattr(tally, number)
                if old != new:
                    self.stdout.write(f"{tally.petition.slug}: {name}{old} was corrected to {new}")
        self.stdout.write(f"{len(before)} petitions checked, {len(changed)} corrected.")
