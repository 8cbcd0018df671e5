"""The phone of a user: django-otp's device, whose key is encrypted in the database."""

from binascii import unhexlify
from typing import Any

from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from operations import encryption
from staff import sealing

# The length of django-otp's hexadecimal keys. An encrypted key is longer.
PLAIN_LENGTH = 40


class Phone(TOTPDevice):
    """A device whose `key` is stored only in the form that `sealing.seal` returns."""

    class Meta:
        proxy = True
        default_permissions = ()

    @property
    def bin_key(self) -> bytes:
        """The key in bytes, from which codes are computed. Raises `encryption.Damaged`."""
        return sealing.opened(self.key)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Encrypt the key of a new device, which django-otp creates in plain text."""
        if len(self.key) == PLAIN_LENGTH:
            self.key = sealing.seal(unhexlify(self.key))
        super().save(*args, **kwargs)

    def renew_key(self) -> None:
        self.key = default_key()
        self.save(update_fields=["key"])

    def verify_token(self, token: str) -> bool:
        """Return whether this is the current code; False if the key cannot be decrypted."""
        try:
            return bool(super().verify_token(token))
        except encryption.Damaged:
            return False
