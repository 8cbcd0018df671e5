"""After a restore: what was put on hold since the backup is on hold, so nobody is anonymised."""

from datetime import datetime

from campaigns.petitions import immediate_actions
from campaigns.petitions.tally import Tally
from campaigns.restore_hooks import replaced
from operations.backups.hooks import Old

HOLDS = """
    SELECT translation_key, held_at, held_reason FROM campaigns_tally WHERE held_at IS NOT NULL
"""

HELD = "Petitions on hold, also where the hold was ended since"
UNKNOWN = (
    "Which petitions were put on hold since the backup is not known: put them on hold again "
    "before the worker starts."
)


def hold_again(made_at: datetime, old: Old) -> str:
    """Take holds over, but end none; return a notice with the titles of all petitions on hold."""
    last = replaced.said(old, HOLDS)
    for key, held_at, reason in last or []:
        for tally in Tally.objects.filter(translation_key=key, held_at=None):
            immediate_actions.hold(tally.petition, reason=reason, by=None)
            Tally.objects.filter(pk=tally.pk).update(held_at=held_at)
    held = Tally.objects.filter(held_at__isnull=False).values_list("petition__title", flat=True)
    said = f"{HELD}: {', '.join(sorted(held))}." if held else ""
    return said if last is not None else f"{UNKNOWN}\n{said}".strip()
