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


def test_a_large_photograph_is_stored_smaller_with_its_credit_and_says_nothing_of_its_camera(
    admin_client,
):
    small, large = iptc(((2, 80), "A. Demianchuk")), photograph((9000, 6700))
    end = 4 + int.from_bytes(small[4:6], "big")
    sent = large[:2] + small[2:end] + large[2:]
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
    assert image.credit == "A. Demianchuk"
    with image.file.open() as file:
        assert b"Demianchuk" not in file.read()


def test_a_photograph_that_gets_its_title_later_is_stored_in_the_same_way(
    admin_client, settings, tmp_path
):
    """Many files are sent at once; one whose name is no title is stored until its form is sent."""
    settings.MEDIA_ROOT = tmp_path
    sent = {"title": "", "files[]": SimpleUploadedFile(" .jpg", photograph((3000, 2400)))}
    number = admin_client.post(reverse("wagtailimages:add_multiple"), sent).json()[
        "uploaded_file_id"
    ]
    typed = {"title": "River", "tags": "", "collection": Collection.get_first_root_node().pk}
    form = {f"uploaded-image-{number}-{name}": value for name, value in typed.items()}

    url = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number])
    admin_client.post(url, form)

    image = CustomImage.objects.get()
    assert (image.title, image.width, image.height) == ("River", 2289, 2862)
    with image.file.open() as file, Image.open(file) as kept:
        assert (kept.size, dict(kept.getexif())) == ((2289, 2862), {})
    assert image.file_size == image.file.size
    assert [str(path) for path in tmp_path.rglob("*.jpg")] == [image.file.path]


def test_a_photograph_is_decoded_at_a_fraction_of_its_size():
    picture = JpegImageFile(BytesIO(photograph((9000, 6700))))

    scale_down(picture)

    assert picture.size == (4500, 3350)


def enlarged(data: bytes, factor: int) -> bytes:
    """Tell another size in the file's head, which alone decides whether it is decoded."""
    at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2")) + 5
    sides = (int.from_bytes(data[at + n : at + n + 2], "big") * factor for n in (0, 2))
    return data[:at] + b"".join(side.to_bytes(2, "big") for side in sides) + data[at + 4 :]


def test_photographs_that_would_fill_the_memory_are_refused(admin_client):
    """In several scans: the head of the first names one component, if it is not interleaved."""
    plain, progressive = photograph((600, 500)), photograph((600, 500), progressive=True)
    head = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
    assert plain.count(head) == 1
    scans = plain.replace(head, b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00")
    sizes = []

    for sent in (photograph((900, 900)), progressive, scans):
        sent = enlarged(sent, 10)
        response = upload(admin_client, sent)

        with Image.open(BytesIO(sent)) as claimed:
            sizes.append(claimed.size)
        assert "too many pixels" in str(response.context["form"].errors["file"]), sizes
        assert not CustomImage.objects.exists(), sizes

    assert sizes == [(9000, 9000), (6000, 5000), (6000, 5000)]


def test_a_large_photograph_that_is_cut_off_is_a_form_error(admin_client):
    sent = photograph((3000, 2400), quality=95)

    response = upload(admin_client, sent[: len(sent) // 2])

    assert "file" in response.context["form"].errors
    assert not CustomImage.objects.exists()


def test_more_than_thirty_megabytes_are_refused(admin_client):
    response = upload(admin_client, photograph((400, 300)) + b"\0" * 30 * MEGABYTE)

    assert "Maximum filesize 30.0" in str(response.context["form"].errors["file"])


def test_the_form_says_what_happens(admin_client):
    text = admin_client.get(ADD).content.decode()

    assert "30.0\xa0MB and 80 megapixels; large ones are scaled down to 6 megapixels" in text
