"""Uploads by staff: the disk has room for them, their name is served, and none is lost unsaid."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from campaigns.workflow.seen_forms import SeenForm
from operations import media

FULL = _(
    "The disk of the site is nearly full, so this file was not stored. Please tell whoever runs "
    "the site, and try again once there is room."
)
NOT_KEPT = _("This file was not stored, because the form was not saved. Please choose it again.")


class FileForm(SeenForm):
    """A mixin for the forms of images and documents.

    A browser does not send a file again with a form that was refused, although its button says so.
    """

    def _post_clean(self) -> None:
        """Say what is lost, and keep it off the row that the form is shown with again.

        Django calls this after `clean`, to put what is valid on the row. Of an upload that is not
        stored, Wagtail would say that the file on the site is missing, and offer to delete it.
        """
        is_upload = isinstance(self.cleaned_data.get("file"), UploadedFile)
        if self.errors and self.instance.pk and is_upload:
            self.add_error("file", NOT_KEPT)
        super()._post_clean()


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
