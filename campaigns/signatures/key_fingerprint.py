"""Whether this database's signatures were made with the key that we have."""

import logging
import time

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError, connection, models
from django.db.models import Q

from campaigns.signatures import email_keys

log = logging.getLogger(__name__)

PAUSE = 1  # second


class KeyFingerprint(models.Model):
    """Which SIGNATURE_KEY this database's signatures were made with: one row."""

    one = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=16)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one=1), name="one_fingerprint_at_most")]

    def __str__(self) -> str:
        return self.value


def verify() -> None:
    """Raise ImproperlyConfigured where SIGNATURE_KEY is another than the database knows.

    With a wrong key no duplicate would be found any more. An empty database learns the key.
    Raises OperationalError while the database is away.
    """
    try:
        known, _ = KeyFingerprint.objects.get_or_create(
            pk=1, defaults={"value": email_keys.fingerprint()}
        )
    except OperationalError:
        raise
    except DatabaseError as trouble:
        raise ImproperlyConfigured(
            f"The database is not ready ({type(trouble).__name__}): run manage.py migrate."
        ) from trouble
    if known.value != email_keys.fingerprint():
        raise ImproperlyConfigured(
            "SIGNATURE_KEY is not the key that this database's signatures were made with."
        )


def wait_and_verify() -> None:
    """The same, once the database answers.

    A process that starts while the database restarts waits for it: gunicorn gives up for good when
    its workers fail to start.
    """
    while True:
        try:
            return verify()
        except OperationalError as trouble:
            log.warning("Waiting for the database: %s", type(trouble).__name__)
            connection.close()
            time.sleep(PAUSE)
