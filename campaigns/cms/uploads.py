"""Check that the disk has room for an upload by staff, and store it under a name that is served."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename
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


def servable(name: str) -> str:
    """Return the name under which an upload is stored: nginx serves none that begins with a dot.

    Django leaves out signs such as “«”, so that nothing may be left before the extension.
    """
    start, _dot, extension = get_valid_filename(name).rpartition(".")
    return f"{start.lstrip('.') or 'file'}.{extension}"
