"""The phone of an account: django-otp's device, whose key is sealed in the database."""

from binascii import unhexlify
from typing import Any

from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from operations import encryption
from staff import sealing

# Hexadecimal digits of a key as django-otp makes it. A sealed key is longer.
PLAIN_LENGTH = 40


class Phone(TOTPDevice):
    """A device whose `key` is stored as `sealing.seal` makes it, and never as it is."""

    class Meta:
        proxy = True
        default_permissions = ()

    @property
    def bin_key(self) -> bytes:
        """The key in bytes, from which codes are computed. Raises `encryption.Damaged`."""
        return sealing.opened(self.key)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Seal the key of a new device, which django-otp makes in the open."""
        if len(self.key) == PLAIN_LENGTH:
            self.key = sealing.seal(unhexlify(self.key))
        super().save(*args, **kwargs)

    def renew_key(self) -> None:
        self.key = default_key()
        self.save(update_fields=["key"])

    def verify_token(self, token: str) -> bool:
        """Whether this is the code of the moment; never, where the key cannot be opened."""
        try:
            return bool(super().verify_token(token))
        except encryption.Damaged:
            return False
