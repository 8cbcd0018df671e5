"""PO files that come back from translators, and files that are not PO files."""

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail_localize.models import StringTranslation

from tests.campaigns.cms.translations.test_translating import edit_url, localize, said

pytestmark = pytest.mark.django_db

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={}\\n"\n'
ENTRY = '\nmsgctxt "title"\nmsgid "Free the river"\nmsgstr "{}"\n'
UNREADABLE = [
    "Nothing was imported: the file cannot be read as the PO file of this translation. "
    "Press “Download PO file”, translate that file and upload it."
]

TOO_LARGE = (
    "Nothing was imported: the file is larger than 1 MB. Press “Download PO file”, translate that "
    "file and upload it."
)


@pytest.fixture
def upload(russian_petition, translator, browse):
    translation = russian_petition
    back = edit_url(translation.get_target_instance())

    def send(file):
        data = {"file": SimpleUploadedFile("translation.po", file), "next": back}
        return browse(translator).post(localize("upload_pofile", translation.pk), data)

    send.po = browse(translator).get(localize("download_pofile", translation.pk)).content.decode()
    send.back = back
    return send


def test_a_file_that_is_not_ours_leads_back_to_the_sentences(upload):
    unstorable = polib.pofile(upload.po)
    unstorable.find("Free the river").msgstr = "Река\x00"
    files = [
        (HEAD.format("utf-8") + ENTRY.format("Река")).encode(),
        (HEAD.format("nonsense") + ENTRY.format("Река")).encode(),
        b"",
        b"rubbish",
        b"PK\x03\x04",
        b"/etc/passwd",
        str(unstorable).encode(),
    ]

    for file in files:
        response = upload(file)

        assert said(response) == UNREADABLE, file
        assert response.url == upload.back, file
        assert not StringTranslation.objects.exists(), file


def test_a_file_with_what_is_not_in_the_translation_costs_no_more(upload):
    po, cost = polib.pofile(upload.po), []
    po.find("Free the river").msgstr = "Река"
    for number in (1, 300):
        for each in range(number):
            po.append(polib.POEntry(msgid=f"{number} {each}", msgstr="Ещё", msgctxt="title"))
            po.append(polib.POEntry(msgid="Free the river", msgstr="Река", msgctxt="title"))
        with CaptureQueriesContext(connection) as queries:
            upload(str(po).encode())
        cost.append(len(queries))
    StringTranslation.objects.all().delete()

    response = upload(str(po).encode() + b"#" * 1024 * 1024)

    assert cost[1] <= cost[0]
    assert said(response) == [TOO_LARGE]
    assert response.url == upload.back
    assert not StringTranslation.objects.exists()


def test_fuzzy_entries_are_left_out_and_counted(upload):
    po = polib.pofile(upload.po)
    for entry in po:
        entry.msgstr = f"[ru] {entry.msgid}"
        entry.fuzzy = entry.msgctxt in ("title", "ask")

    response = upload(str(po).encode())

    assert response.url == upload.back
    assert len(said(response)) == 2
    assert said(response)[1] == (
        "2 sentences are marked as fuzzy (not certain) in the file and were not imported. "
        "Check them, remove the marks and upload the file again."
    )
    typed = StringTranslation.objects.values_list("context__path", flat=True)
    assert len(typed) == len(po) - 2
    assert not {"title", "ask"} & set(typed)


def test_a_line_break_in_a_text_of_one_line_is_refused(upload):
    po = polib.pofile(upload.po)
    for entry in po:
        entry.msgstr = f"[ru]\n{entry.msgid}"

    upload(str(po).encode())

    refused = StringTranslation.objects.filter(has_error=True)
    said_of = dict(refused.values_list("context__path", "field_error"))
    assert said_of == dict.fromkeys(
        ["title", "ask", "salutation"], "This text has to be in one line."
    )
