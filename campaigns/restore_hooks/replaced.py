"""What the database that a restore replaces says: the last state that the site had."""

from datetime import datetime
from itertools import islice
from typing import Any

import psycopg

from campaigns.restore_hooks.copying import BATCH
from campaigns.restore_hooks.sent import BEGUN
from campaigns.signatures.signature import Signature
from operations.backups.hooks import Old

THERE = "SELECT id FROM campaigns_signature WHERE id = ANY(%s)"

LACKING = (
    "Do not start the site yet. Confirmed signatures of the backup that the database of before "
    "does not have: {:,}. It seems to come from an older backup, and cannot say what became of "
    "them. Put the database in its place that was there before that one was restored, and restore "
    "this backup over it."
)


def said(old: Old, query: str, *values: Any) -> list[tuple[Any, ...]] | None:
    """Return the rows of a query; None if there is no such database, or it cannot say.

    A database without signatures was newly created.
    """
    try:
        if not (old and old.execute(BEGUN).fetchone()):
            return None
        return old.execute(query, values).fetchall()
    except psycopg.Error:
        return None


def look_for_signatures(made_at: datetime, old: Old) -> str:
    """Return a notice if the replaced database lacks signatures of the backup.

    Nobody deletes a confirmed signature without an entry in the ledger of erasures, which has been
    replayed by now. What was anonymised since has another key in the replaced database, also where
    mailings need the signature here, since its signer wanted them at the backup.
    """
    number, whole = 0, {"anonymised_at": None, "for_mailings_since": None}
    confirmed = Signature.objects.filter(confirmed_at__isnull=False, **whole)
    keys = confirmed.values_list("pk", flat=True).iterator()
    while batch := list(islice(keys, BATCH)):
        there = said(old, THERE, batch)
        if there is None:
            return ""
        number += len(batch) - len(there)
    return LACKING.format(number) if number else ""
