"""The disk of the media files is full: staff are told so, and readers still get their pages."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents.models import Document

from campaigns.models import CustomImage
from campaigns.pages.images import Rendition
from operations import media
from tests.campaigns.cms.pages.test_images import ADD, MANY, packed
from tests.disk import fill, small_disk
from tests.factories import make_campaign, make_image

# A disk error ends the transaction in which a test would otherwise run.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PICTURE = packed("PNG")
AJAX = {"X-Requested-With": "XMLHttpRequest"}
DIALOG = reverse("wagtailimages_chooser:create")
DOCUMENT = reverse("wagtaildocs:add")
FULL = "The disk of the site is nearly full, so this file was not stored."


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("river.png", PICTURE, "image/png")


@pytest.fixture
def disk(tmp_path: Path, settings) -> Iterator[Path]:
    """A disk of two megabytes for the media files."""
    with small_disk(tmp_path / "media", megabytes=2) as folder:
        settings.MEDIA_ROOT = folder
        yield folder


def test_what_would_fill_the_disk_is_an_error_of_the_form(admin_client, disk, monkeypatch):
    def forms() -> list[str]:
        """The responses to a picture, to one in a dialog, to one of many, and to a document."""
        fields = {"title": "River", "file": picture()}
        one = admin_client.post(ADD, fields)
        prefixed = {"image-chooser-upload-title": "A", "image-chooser-upload-file": picture()}
        dialog = admin_client.post(DIALOG, prefixed, headers=AJAX)
        many = admin_client.post(MANY, {"files[]": picture()}, headers=AJAX)
        text = SimpleUploadedFile("report.txt", b"Nothing to hide.")
        document = admin_client.post(DOCUMENT, {"title": "Report", "file": text})
        return [answer.text for answer in (one, dialog, many, document)]

    refused = forms()
    made = CustomImage.objects.count(), Document.objects.count()
    monkeypatch.setattr(media, "KEPT_FREE", 0)
    forms()

    assert [FULL in text for text in refused] == [True] * 4
    assert not any("is not allowed" in text for text in refused)
    assert made == (0, 0)
    assert (CustomImage.objects.count(), Document.objects.count()) == (3, 1)


def test_a_disk_that_is_full_all_at_once_is_told_of_and_nothing_is_made(
    admin_client, disk, monkeypatch
):
    # Somebody else fills the disk after the form has checked it.
    monkeypatch.setattr(media, "has_room", lambda size: True)
    ballast = fill(disk)
    admin_client.raise_request_exception = False

    one = admin_client.post(ADD, {"title": "River", "file": picture()})
    many = admin_client.post(MANY, {"files[]": picture()}, headers=AJAX)
    made = CustomImage.objects.count()
    ballast.unlink()
    again = admin_client.post(MANY, {"files[]": picture()}, headers=AJAX)

    assert (one.status_code, one["Retry-After"]) == (503, "600")
    assert "The disk of the site is full, so nothing was saved." in one.text
    assert many.json() == {
        "success": False,
        "error_message": "The disk of the site is full, so nothing was saved.",
    }
    assert (made, again.json()["success"]) == (0, True)


def test_another_error_of_a_file_is_still_our_fault(admin_client, monkeypatch):
    def break_off(size: int) -> bool:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(media, "has_room", break_off)
    admin_client.raise_request_exception = False

    answer = admin_client.post(ADD, {"title": "River", "file": picture()})

    assert (answer.status_code, "Something broke here" in answer.text) == (500, True)


def test_pages_and_cards_are_served_without_the_pictures_that_have_no_room(client, disk):
    page = make_campaign(listing_image=make_image())
    card = page.petition.url_path("card")
    ballast = fill(disk)

    full = [client.get(path) for path in (page.url, "/", card)]
    drawn = Rendition.objects.count()
    ballast.unlink()
    again = [client.get(path) for path in (page.url, "/", card)]

    assert [answer.status_code for answer in full + again] == [200] * 6
    assert (drawn, Rendition.objects.exists()) == (0, True)
