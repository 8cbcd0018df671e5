"""Lists of redirects: real lists are imported, and harmful files cost no more than a message."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect

from campaigns.cms.imports import redirects
from campaigns.imports import reading
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.imports.test_reading import workbook

pytestmark = pytest.mark.django_db

HEADINGS = ["From", "To", "Note"]
ROWS = [["/old/", "https://example.org/new/"], ["/older/", "https://example.org/new/", "2019"]]
PREVIEW = [HEADINGS, [*ROWS[0], ""], ROWS[1]]
TEXT = "\r\n".join(";".join(row) for row in (HEADINGS, *ROWS)).encode("utf-16")


@pytest.fixture
def moderator(client) -> Client:
    client.force_login(make_user("moderator", "Moderators"))
    return client


def upload(client: Client, content: bytes, name: str = "list.xlsx") -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("wagtailredirects:start_import"), {"import_file": file})


def claiming(content: bytes, corner: str) -> bytes:
    """The workbook, which claims that its sheet extends to another corner."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as other:
        for name in book.namelist():
            part = book.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b'ref="A1:C3"', f'ref="A1:{corner}"'.encode())
                assert corner.encode() in part
            other.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (workbook(HEADINGS, *ROWS), "list.xlsx"),
        (claiming(workbook(HEADINGS, *ROWS), "XFD9"), "list.xlsx"),
        (TEXT, "list.csv"),
        (TEXT.decode("utf-16").replace(";", "\t").encode(), "list.tsv"),
    ],
    ids=["workbook", "workbook that claims to be wide", "semicolons", "tabs"],
)
def test_a_list_is_shown_as_it_is_and_imported(moderator, content, name):
    shown = upload(moderator, content, name)

    dataset, form = shown.context["dataset"], shown.context["form"]
    assert [dataset.headers, *dataset] == PREVIEW
    signed = {name: form.initial[name] for name in ("import_file_name", "input_format")}
    columns = {"from_index": "0", "to_index": "1", "permanent": "on"}
    moderator.post(reverse("wagtailredirects:process_import"), signed | columns)
    made = Redirect.objects.order_by("old_path").values_list("old_path", "redirect_link")
    assert list(made) == [("/old", ROWS[0][1]), ("/older", ROWS[1][1])]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (workbook(HEADINGS, corner="XFD9"), reading.TOO_MANY),
        (workbook(), reading.EMPTY),
        (b"PK\x03\x04 and no more", reading.BROKEN),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), reading.OLD),
        (workbook(["x"] * 11), redirects.TOO_MUCH),
        (b"From,To\n" + b"/a,/b\n" * 2_000, redirects.TOO_MUCH),
        (b"From,To\n/a," + b"b" * 256, redirects.TOO_MUCH),
    ],
    ids=["wide", "empty", "cut", "xls", "columns", "rows", "long cell"],
)
def test_what_is_no_list_or_too_large_is_refused_in_words(moderator, content, told):
    page = upload(moderator, content)

    assert page.context["form"].errors == {"import_file": [str(told)]}


def test_a_file_that_is_too_large_is_not_read(moderator, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 20)

    page = upload(moderator, b"From,To\n" + b"/a,/b\n" * 3)

    assert page.context["form"].errors == {"import_file": [str(reading.TOO_LARGE)]}
