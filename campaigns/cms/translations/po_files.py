"""Check an uploaded PO file, and leave out its fuzzy entries, before wagtail-localize reads it."""

from collections.abc import Callable
from tempfile import NamedTemporaryFile
from typing import Any

import polib
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import DataError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views.pages.utils import get_valid_next_url_from_request

from campaigns.cms.permissions import StaffRequest

HEADER = "X-WagtailLocalize-TranslationID"


def upload(request: StaffRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Let wagtail-localize's view import the file, or return to the editor with the reason.

    The view fails on a file without the header, and on a text with a NUL.
    """
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return view()
    try:
        po = read(file)
        fuzzy = [entry for entry in po if entry.fuzzy and entry.msgstr and not entry.obsolete]
        for entry in fuzzy:
            po.remove(entry)
        cleaned = SimpleUploadedFile("translation.po", str(po).encode(po.encoding))
        request.FILES["file"] = cleaned
        with transaction.atomic():
            response = view()
    # polib raises OSError for what it cannot parse, and LookupError for an unknown encoding.
    except (OSError, UnicodeError, LookupError, DataError):
        text = _(
            "Nothing was imported: the file cannot be read as the PO file of this translation. "
            "Press “Download PO file”, translate that file and upload it."
        )
        messages.error(request, text)
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")
    if fuzzy:
        messages.warning(request, left_out(len(fuzzy)))
    return response


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


def left_out(count: int) -> str:
    text = ngettext(
        "%(count)s sentence is marked as fuzzy (not certain) in the file and was not imported. "
        "Check it, remove the mark and upload the file again.",
        "%(count)s sentences are marked as fuzzy (not certain) in the file and were not imported. "
        "Check them, remove the marks and upload the file again.",
        count,
    )
    return text % {"count": count}
