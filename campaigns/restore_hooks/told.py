"""After a restore: find what other systems were told of signatures since the backup.

They must delete the signatures that they have and the restored database lacks: no other event would
ever tell them to.
"""

from datetime import datetime

import psycopg
from django.db import transaction

from campaigns.petitions.tally import Tally
from campaigns.restore_hooks.copying import BATCH, copy
from campaigns.restore_hooks.sent import BEGUN
from campaigns.signatures.signature import Signature
from campaigns.sync.delivery import Delivery, Kind, Known
from campaigns.sync.receiver import Kind as ReceiverKind
from campaigns.sync.receiver import Receiver
from operations.backups.hooks import Old

# The signatures that each receiver has, unless its last event about them was a removal.
HEARD = """
    SELECT receiver_id, signature, tally_id FROM (
        SELECT DISTINCT ON (receiver_id, signature) receiver_id, signature, tally_id, kind
        FROM campaigns_delivery WHERE outcome = 'sent' AND signature IS NOT NULL
        ORDER BY receiver_id, signature, id DESC
    ) AS last WHERE kind <> 'removed'
    UNION
    SELECT k.receiver_id, k.signature, s.tally_id FROM campaigns_known k
    LEFT JOIN campaigns_signature s ON s.id = k.signature
"""


def take_back(made_at: datetime, old: Old) -> None:
    """Make receivers delete signatures that only the replaced database has; copy `Known` rows.

    The readers of feeds read everything again.
    """
    try:
        if not (old and old.execute(BEGUN).fetchone()):
            return
        with transaction.atomic():
            copy(Known, old)
            receivers = Receiver.objects.exclude(kind=ReceiverKind.FEED).in_bulk()
            tallies = set(Tally.objects.values_list("pk", flat=True))
            told = old.execute(HEARD)
            while rows := told.fetchmany(BATCH):
                keys = Signature.objects.filter(pk__in={key for _receiver, key, _tally in rows})
                there = set(keys.values_list("pk", flat=True))
                Delivery.objects.bulk_create(
                    Delivery(receiver_id=r, signature=s, tally_id=t, kind=Kind.REMOVED)
                    for r, s, t in rows
                    # A web hook's event names its petition, so none can be sent for a petition that
                    # is gone.
                    if r in receivers
                    and s not in there
                    and (t in tallies or not receivers[r].is_web_hook)
                )
    except psycopg.Error:
        return
