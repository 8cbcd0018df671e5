"""Check that the signatures in the database were made with one of our keys, and say which."""

import logging
import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError, connection, models
from django.db.models import Q

from campaigns.prepared_statements import Statement
from operations import keyring
from operations.database_errors import reason
from operations.keyring import Stored

log = logging.getLogger(__name__)

PAUSE = 1  # second
ASKED = Statement("SELECT value, since FROM campaigns_keyfingerprint")


class KeyFingerprint(models.Model):
    """One row: the fingerprint of the key with which digests are made, also those of signatures."""

    one = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=16)
    # When this key replaced another (`campaigns.rekeying.switching`).
    since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one=1), name="one_fingerprint_at_most")]

    def __str__(self) -> str:
        return self.value


def verify() -> None:
    """Raise ImproperlyConfigured if the settings do not name the key of the database.

    With a wrong key, duplicates would no longer be found. In an empty database, the fingerprint of
    SIGNATURE_KEY is stored. Raises OperationalError while the database is unavailable.
    """
    try:
        known, _ = KeyFingerprint.objects.get_or_create(
            pk=1, defaults={"value": keyring.fingerprint(settings.SIGNATURE_KEY)}
        )
    except OperationalError:
        raise
    except DatabaseError as error:
        raise ImproperlyConfigured(
            f"The database is not ready ({reason(error)}): run manage.py migrate."
        ) from error
    if known.value not in map(keyring.fingerprint, keyring.known()):
        raise ImproperlyConfigured(
            "SIGNATURE_KEY is not the key that this database's signatures were made with, and "
            "SIGNATURE_KEY_FALLBACKS does not name that key."
        )


def ask() -> Stored | None:
    """Return the fingerprint of the key that makes digests, the same for all processes."""
    row = ASKED.run()
    return Stored(*row) if row else None


keyring.ASK.append(ask)


def wait_and_verify() -> None:
    """Wait until the database responds, then call `verify`.

    gunicorn exits if its workers fail to start, so a worker must wait for a database that is
    restarting.
    """
    while True:
        try:
            return verify()
        except OperationalError as error:
            log.warning("Waiting for the database: %s", reason(error))
            connection.close()
            time.sleep(PAUSE)
