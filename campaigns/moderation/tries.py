"""The tries to sign: what counts for the limit of a network.

Each time somebody signs, the statement that signs adds a row here, whether a signature is added or
somebody with this email address had signed before. If only signatures counted, whoever sends as
many as are allowed could tell from the last one whether an address among them had signed.
"""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

from campaigns.petitions.tally import Tally

# The longest time for which a limit counts.
KEPT_FOR = timedelta(days=1)


class SigningTry(models.Model):
    """A try to sign: when, from which network, and when its email is due.

    Nothing else is known of it. PostgreSQL does not log the table (`_database.UNLOGGED`): after a
    crash or on another machine the limits begin anew. A tally that is deleted leaves its tries
    behind for a day.
    """

    pk = models.CompositePrimaryKey("tally_id", "network_key", "tried_at")
    tally = models.ForeignKey(
        Tally, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    network_key = models.BinaryField(max_length=32, editable=False)
    tried_at = models.DateTimeField()
    due_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.tried_at)


def delete_old() -> int:
    """Delete the tries that count no longer; return their number.

    By the clock of the database, like the limits: that of a worker may be ahead.
    """
    return SigningTry.objects.filter(tried_at__lte=Now() - KEPT_FOR).delete()[0]
