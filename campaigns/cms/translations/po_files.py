"""Check an uploaded PO file, and leave out its fuzzy entries, before wagtail-localize reads it."""

from collections.abc import Callable
from tempfile import NamedTemporaryFile
from typing import Any

import polib
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import DataError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.pages.utils import get_valid_next_url_from_request
from wagtail_localize.models import Translation

from campaigns.cms.permissions import StaffRequest
from campaigns.paragraphs import Text

HEADER = "X-WagtailLocalize-TranslationID"
LARGEST = 1024 * 1024  # bytes: more than the sentences of the longest page, in two languages
TOO_LARGE = _(
    "Nothing was imported: the file is larger than 1 MB. Press “Download PO file”, translate that "
    "file and upload it."
)


def upload(
    request: StaffRequest, view: Callable[[], HttpResponse], translation_id: int
) -> HttpResponse:
    """Let wagtail-localize's view import the file, or return to the editor with the reason.

    The view fails on a file without the header, and on a text with a NUL. It queries the database
    for each entry, so that it gets none that is not in the translation.
    """
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return view()
    if (file.size or 0) > LARGEST:
        return go_back(request, TOO_LARGE)
    try:
        po = read(file)
        translation = get_object_or_404(Translation, pk=translation_id)
        known = set(map(key_of, translation.export_po()))
        found = {key_of(entry): entry for entry in po if key_of(entry) in known}.values()
        fuzzy = [entry for entry in found if is_fuzzy(entry)]
        po[:] = [entry for entry in found if not is_fuzzy(entry)]
        cleaned = SimpleUploadedFile("translation.po", str(po).encode(po.encoding))
        request.FILES["file"] = cleaned
        with transaction.atomic():
            response = view()
    # polib raises OSError for what it cannot parse, and LookupError for an unknown encoding.
    except (OSError, UnicodeError, LookupError, DataError):
        text = gettext(
            "Nothing was imported: the file cannot be read as the PO file of this translation. "
            "Press “Download PO file”, translate that file and upload it."
        )
        return go_back(request, text)
    if fuzzy:
        messages.warning(request, left_out(len(fuzzy)))
    return response


def go_back(request: StaffRequest, text: Text) -> HttpResponse:
    messages.error(request, text)
    return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")


def key_of(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def read(file: "UploadedFile[Any]") -> polib.POFile:
    """Return the parsed file; raise KeyError if it is no file that was downloaded here.

    A copy is parsed, since polib would open the file of the server whose name a text is.
    """
    with NamedTemporaryFile(suffix=".po") as copy:
        copy.write(file.read())
        copy.flush()
        po = polib.pofile(copy.name)
    if HEADER not in po.metadata:
        raise KeyError(HEADER)
    return po


def is_fuzzy(entry: polib.POEntry) -> bool:
    return bool(entry.fuzzy and entry.msgstr and not entry.obsolete)


def left_out(count: int) -> str:
    text = ngettext(
        "%(count)s sentence is marked as fuzzy (not certain) in the file and was not imported. "
        "Check it, remove the mark and upload the file again.",
        "%(count)s sentences are marked as fuzzy (not certain) in the file and were not imported. "
        "Check them, remove the marks and upload the file again.",
        count,
    )
    return text % {"count": count}
