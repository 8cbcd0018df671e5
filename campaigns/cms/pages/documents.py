"""Check that uploaded documents match their names, and contain nothing that a browser runs."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm

from campaigns.cms.uploads import FileForm, find_room, servable

ZIP = b"PK\x03\x04"
# The first bytes of files of these types. Files of other types are plain text.
BEGINNINGS = {
    "docx": ZIP,
    "odt": ZIP,
    "pdf": b"%PDF-",
    "pptx": ZIP,
    "rtf": b"{\\rtf",
    "xlsx": ZIP,
}
# Browsers that guess the type read the first 1,445 bytes (https://mimesniff.spec.whatwg.org/).
LOOKED_AT = 4096
MARKUP = re.compile(
    rb"<\s*(?:!doctype|!--|\?xml|html|head|body|title|style|script|svg|iframe|img|a|div|p|table)\b",
    re.IGNORECASE,
)


class DocumentForm(FileForm, BaseDocumentForm):
    """The form of documents. Wagtail uses the class that WAGTAILDOCS_DOCUMENT_FORM_BASE names."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Ignore errors of Wagtail's model about a file that the form does not have.

        When many files are uploaded at once, a file whose name is no title gets a form without the
        file, which was checked on arrival. A file that the form has refused is not there either.
        """
        is_absent = "file" not in self.fields or "file" in self.errors
        if field is None and is_absent and hasattr(error, "error_dict"):
            error.error_dict.pop("file", None)
            if not error.error_dict:
                return
        super().add_error(field, error)

    def clean_file(self) -> "UploadedFile[bytes] | FieldFile":
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check(file)
            find_room(file)
            file.name = servable(file.name or "")
        return file


def check(file: "UploadedFile[bytes]") -> None:
    """Raise ValidationError if the content of a file does not match its name, or contains HTML."""
    kind = (file.name or "").rpartition(".")[2].lower()
    file.seek(0)
    head = file.read(LOOKED_AT)
    file.seek(0)
    expected = BEGINNINGS.get(kind)
    is_right = head.startswith(expected) if expected else b"\0" not in head
    # In UTF-16 there are zero bytes between the letters of a tag.
    if not is_right or MARKUP.search(head.replace(b"\0", b"")):
        text = _(
            "The content of this file is not that of a .%(kind)s file. Please export it again."
        )
        raise ValidationError(text, code="disguised", params={"kind": kind})
