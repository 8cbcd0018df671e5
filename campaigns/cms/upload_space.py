"""Check the disk space for uploads by staff: if there is too little, the form shows an error."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from operations import media

FULL = _(
    "The disk of the site is nearly full, so this file was not stored. Please tell whoever runs "
    "the site, and try again once there is room."
)


def find_room(file: "UploadedFile[bytes]") -> None:
    """Raise ValidationError if this file would leave the disk nearly full."""
    if not media.has_room(file.size or 0):
        raise ValidationError(FULL, code="full")
