"""Whether this database's signatures were made with the key that we have."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from campaigns import email_keys
from campaigns.models.mail import KeyFingerprint


def verify() -> None:
    """Raise ImproperlyConfigured where SIGNATURE_KEY is another than the database knows.

    With a wrong key no duplicate would be found any more. An empty database learns the key.
    """
    try:
        known, _ = KeyFingerprint.objects.get_or_create(
            pk=1, defaults={"value": email_keys.fingerprint()}
        )
    except DatabaseError as trouble:
        raise ImproperlyConfigured(
            f"The database is not ready ({type(trouble).__name__}): run manage.py migrate."
        ) from trouble
    if known.value != email_keys.fingerprint():
        raise ImproperlyConfigured(
            "SIGNATURE_KEY is not the key that this database's signatures were made with."
        )
