"""manage.py recount: counts all signatures, and corrects the totals."""

from typing import Any

from django.core.management import BaseCommand

from campaigns.counting import counting
from campaigns.petitions.tally import Tally

# The numbers of a tally that are checked, by the prefix of their line in the output.
NUMBERS = {"": "total", "elsewhere: ": "elsewhere", "pending: ": "pending"}


class Command(BaseCommand):
    help = "Makes each count equal to its signatures and entries, and lists those that were wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        before = {tally.pk: tally for tally in Tally.objects.all()}
        changed = Tally.objects.filter(pk__in=counting.recount()).select_related("petition")
        for tally in changed.order_by("pk"):
            was = before.get(tally.pk, Tally())
            for label, name in NUMBERS.items():
                old, new = getattr(was, name), getattr(tally, name)
                if old != new:
                    self.stdout.write(f"{tally.petition.slug}: {label}{old} was corrected to {new}")
        self.stdout.write(f"{len(before)} petitions checked, {len(changed)} corrected.")
