"""An uploaded picture reveals nothing about who took it, and where."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Picture

from campaigns.models import CustomImage

pytestmark = pytest.mark.django_db

ORIENTATION, GPS = 0x0112, 0x8825


def photograph(kind: str, **options: object) -> bytes:
    """A picture, two by one, red on the left, to be turned by a quarter (EXIF), with a position."""
    picture = Picture.new("RGB", (200, 100), "blue")
    picture.paste("red", (0, 0, 100, 100))
    exif = Picture.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (55.0, 45.0, 7.0)
    out = BytesIO()
    picture.save(out, kind, exif=exif, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_orientation_is_applied_and_exif_dropped(kind):
    sent = photograph(kind)
    assert Picture.open(BytesIO(sent)).getexif()[ORIENTATION] == 6

    image = CustomImage.objects.create(
        title="Square", file=ContentFile(sent, name=f"square.{kind.lower()}")
    )

    with image.file.open() as file, Picture.open(file) as kept:
        assert (kept.size, dict(kept.getexif())) == ((100, 200), {})
        red, _, blue = kept.convert("RGB").getpixel((50, 50))
        assert red > 200 > 100 > blue
    assert (image.width, image.height) == (100, 200)


MOVING = {"save_all": True, "append_images": [Picture.new("RGB", (200, 100), "green")]}


@pytest.mark.parametrize(("kind", "ending"), [("MPO", "jpg"), ("WEBP", "webp")])
def test_several_pictures_in_one_file_tell_no_more(kind, ending):
    sent = photograph(kind, **MOVING)
    assert Picture.open(BytesIO(sent)).is_animated
    assert Picture.open(BytesIO(sent)).getexif()[ORIENTATION] == 6

    image = CustomImage.objects.create(title="Two", file=ContentFile(sent, name=f"two.{ending}"))

    with image.file.open() as file, Picture.open(file) as kept:
        assert (kept.size, dict(kept.getexif())) == ((100, 200), {})


def test_a_picture_that_moves_and_tells_nothing_is_kept_and_stands_still_on_pages():
    out = BytesIO()
    Picture.new("RGB", (200, 100), "blue").save(out, "GIF", **MOVING)

    image = CustomImage.objects.create(
        title="Waves", file=ContentFile(out.getvalue(), name="waves.gif")
    )

    assert image.file.read() == out.getvalue()
    shown = image.shown("max-165x165|format-webp")
    with shown.file.open() as file, Picture.open(file) as seen:
        assert seen.n_frames == 1


def test_the_text_for_who_cannot_see_it_is_never_a_files_name():
    image = CustomImage(title="DSC_0042.jpg", description="")

    assert image.default_alt_text == ""


@pytest.mark.parametrize(
    ("mode", "colour", "kind", "kept_as", "shown"),
    [
        ("I;16", 30_000, "PNG", "L", 117),
        ("CMYK", (0, 255, 255, 0), "JPEG", "RGB", (254, 0, 0)),
    ],
)
def test_a_scan_and_a_photograph_for_print_are_kept_in_the_colours_of_screens(
    mode, colour, kind, kept_as, shown
):
    out = BytesIO()
    Picture.new(mode, (200, 100), colour).save(out, kind)
    sent = ContentFile(out.getvalue(), name=f"picture.{kind.lower()}")

    image = CustomImage.objects.create(title="Picture", file=sent)

    with image.file.open() as file, Picture.open(file) as kept:
        assert (kept.mode, kept.getpixel((50, 50))) == (kept_as, shown)
    assert image.shown("max-165x165|format-jpeg") is not None
