"""A site whose SIGNATURE_KEY is replaced."""

from collections.abc import Callable

import pytest

from campaigns.signatures import key_fingerprint

NEW = "the new key of signatures, fifty characters and a few more"


@pytest.fixture
def replace(settings) -> Callable[[], str]:
    """A function that sets a new key, as all processes have after a restart; returns the old one.

    The fixture first stores the fingerprint of the old key in the database.
    """
    key_fingerprint.verify()

    def act() -> str:
        old: str = settings.SIGNATURE_KEY
        settings.SIGNATURE_KEY, settings.SIGNATURE_KEY_FALLBACKS = NEW, [old]
        key_fingerprint.verify()
        return old

    return act
