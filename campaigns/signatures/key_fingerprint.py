"""Checks that the signatures in the database were made with our SIGNATURE_KEY."""

import logging
import time

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError, connection, models
from django.db.models import Q

from campaigns.signatures import email_keys
from operations.reasons import reason

log = logging.getLogger(__name__)

PAUSE = 1  # second


class KeyFingerprint(models.Model):
    """One row: the fingerprint of the SIGNATURE_KEY with which the signatures were made."""

    one = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=16)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one=1), name="one_fingerprint_at_most")]

    def __str__(self) -> str:
        return self.value


def verify() -> None:
    """Raise ImproperlyConfigured if SIGNATURE_KEY is not the key of the database.

    With a wrong key no duplicate would be found any more. An empty database stores the fingerprint.
    Raises OperationalError while the database is away.
    """
    try:
        known, _ = KeyFingerprint.objects.get_or_create(
            pk=1, defaults={"value": email_keys.fingerprint()}
        )
    except OperationalError:
        raise
    except DatabaseError as error:
        raise ImproperlyConfigured(
            f"The database is not ready ({reason(error)}): run manage.py migrate."
        ) from error
    if known.value != email_keys.fingerprint():
        raise ImproperlyConfigured(
            "SIGNATURE_KEY is not the key that this database's signatures were made with."
        )


def wait_and_verify() -> None:
    """Wait until the database answers, then `verify`.

    gunicorn gives up for good when its workers fail to start, so a worker must wait for a database
    that is restarting.
    """
    while True:
        try:
            return verify()
        except OperationalError as error:
            log.warning("Waiting for the database: %s", reason(error))
            connection.close()
            time.sleep(PAUSE)
