"""Large photographs are accepted, scaled down and stored without the camera's metadata."""

import functools
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from wagtail.models import Collection

from campaigns.cms.pages.images import PIXELS_KEPT, scale_down
from campaigns.models import CustomImage
from tests.campaigns.cms.new_campaign.test_new_campaign import iptc

pytestmark = pytest.mark.django_db

ADD = "/admin/images/add/"
MEGABYTE = 1024 * 1024
ORIENTATION, GPS = 0x0112, 0x8825


@functools.cache
def photograph(size: tuple[int, int], **options: object) -> bytes:
    """A photograph, red on the left, to be turned by a quarter (EXIF), with a GPS position."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (55.0, 45.0, 7.0)
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif, **options)
    return out.getvalue()


def upload(client, data: bytes, name: str = "large.jpg"):
    return client.post(ADD, {"title": "Large", "file": SimpleUploadedFile(name, data)})


def test_a_large_photograph_is_stored_smaller_and_says_nothing_of_its_camera(admin_client):
    sent = photograph((9000, 6700))
    sent += b"\0" * (25 * MEGABYTE - len(sent))

    response = upload(admin_client, sent)

    assert response.status_code == 302
    image = CustomImage.objects.get()
    assert (image.width, image.height) == (2208, 2967)
    assert image.width * image.height <= PIXELS_KEPT
    with image.file.open() as file, Image.open(file) as kept:
        assert (kept.size, dict(kept.getexif())) == ((2208, 2967), {})
        assert kept.getpixel((1100, 100))[0] > 200
        assert kept.getpixel((1100, 2900))[2] > 200
    assert image.file_size == image.file.size < MEGABYTE


def test_a_photograph_that_gets_its_title_later_is_stored_in_the_same_way(
    admin_client, settings, tmp_path
):
    """Many files are sent at once; one whose name is no title is stored until its form is sent."""
    settings.MEDIA_ROOT = tmp_path
    sent = {"title": "", "files[]": SimpleUploadedFile(" .jpg", photograph((4000, 3000)))}
    number = admin_client.post(reverse("wagtailimages:add_multiple"), sent).json()[
        "uploaded_file_id"
    ]
    typed = {"title": "River", "tags": "", "collection": Collection.get_first_root_node().pk}
    form = {f"uploaded-image-{number}-{name}": value for name, value in typed.items()}

    url = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number])
    admin_client.post(url, form)

    image = CustomImage.objects.get()
    assert (image.title, image.width, image.height) == ("River", 2217, 2956)
    with image.file.open() as file, Image.open(file) as kept:
        assert (kept.size, dict(kept.getexif())) == ((2217, 2956), {})
    assert image.file_size == image.file.size
    assert [str(path) for path in tmp_path.rglob("*.jpg")] == [image.file.path]


def test_a_photograph_is_decoded_at_a_fraction_of_its_size():
    picture = JpegImageFile(BytesIO(photograph((9000, 6700))))

    scale_down(picture)

    assert picture.size == (4500, 3350)


def test_the_credit_of_a_large_photograph_is_read(admin_client):
    small = iptc(((2, 80), "A. Demianchuk"))
    large = photograph((4000, 3000))
    end = 4 + int.from_bytes(small[4:6], "big")

    upload(admin_client, large[:2] + small[2:end] + large[2:])

    image = CustomImage.objects.get()
    assert (image.credit, image.width * image.height <= PIXELS_KEPT) == ("A. Demianchuk", True)
    assert b"Demianchuk" not in image.file.read()


@pytest.mark.parametrize(
    ("size", "options"),
    [((9000, 9000), {}), ((6000, 5000), {"progressive": True})],
)
def test_photographs_that_would_fill_the_memory_are_refused(admin_client, size, options):
    sent = photograph(size, **options)

    response = upload(admin_client, sent)

    assert len(sent) < 2 * MEGABYTE
    assert "too many pixels" in str(response.context["form"].errors["file"])
    assert not CustomImage.objects.exists()


def test_a_photograph_in_several_scans_is_refused(admin_client):
    """The head of its first scan names one component, as in files that are not interleaved."""
    sent = photograph((6000, 5000))
    head = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
    assert sent.count(head) == 1

    response = upload(admin_client, sent.replace(head, b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"))

    assert "too many pixels" in str(response.context["form"].errors["file"])


def test_a_large_photograph_that_is_cut_off_is_a_form_error(admin_client):
    sent = photograph((4000, 3000), quality=95)

    response = upload(admin_client, sent[: len(sent) // 2])

    assert "file" in response.context["form"].errors
    assert not CustomImage.objects.exists()


def test_more_than_thirty_megabytes_are_refused(admin_client):
    response = upload(admin_client, photograph((400, 300)) + b"\0" * 30 * MEGABYTE)

    assert "Maximum filesize 30.0" in str(response.context["form"].errors["file"])


def test_the_form_says_what_happens(admin_client):
    text = admin_client.get(ADD).content.decode()

    assert "30.0\xa0MB and 80 megapixels; large ones are scaled down to 6 megapixels" in text
