"""Images with a credit, stored without the camera's metadata."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple, cast

from django.core.files.base import ContentFile, File
from django.db import models
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageCms, ImageOps, IptcImagePlugin
from wagtail.admin.panels import FieldPanel
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, SourceImageIOError
from wagtail.images.models import Image as WagtailImage
from wagtail.search import index

from operations import media

log = logging.getLogger(__name__)

# Formats that can carry EXIF or XMP: where and when a photograph was taken, and with which device.
METADATA_FORMATS = {"AVIF", "GIF", "JPEG", "MPO", "PNG", "WEBP"}
# The modes of pictures, in Pillow's words, of which every browser can show a copy in any format.
MODES_OF_SCREENS = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
# Datasets of the IPTC Information Interchange Model 4.2, record 2.
BYLINE, CREDIT, COPYRIGHT, CAPTION = (2, 80), (2, 110), (2, 116), (2, 120)


@lru_cache(maxsize=256)
def filter_of(spec: str) -> Filter:
    """Return the filter for a spec such as "max-480x152", parsed once for all images."""
    return Filter(spec)


@contextmanager
def room_or_no_picture() -> Iterator[None]:
    """Treat a rendition that does not fit on the disk as missing, so that the page still renders.

    Raises SourceImageIOError.
    """
    try:
        yield
    except OSError as error:
        if not media.is_full(error):
            raise
        log.error("The disk has no room for a rendition of a picture.")
        raise SourceImageIOError from error


class CustomImage(AbstractImage):
    """The image model of the site (WAGTAILIMAGES_IMAGE_MODEL): an image with a credit."""

    credit = models.CharField(
        _("credit"),
        max_length=255,
        blank=True,
        help_text=_("Readers see it as you type it: “© Name/Agency”, or “Photo: Name”."),
    )

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    @property
    def default_alt_text(self) -> str:
        """The image's description. Wagtail falls back to the title, which is often a file name.

        Overrides `AbstractImage.default_alt_text`.
        """
        return self.description

    def get_renditions(self, *filters: Filter | str) -> dict[str, AbstractRendition]:
        """Return the renditions. Each spec is parsed only once; Wagtail parses it for each image.

        Overrides `AbstractImage.get_renditions`.
        """
        specs = (each if isinstance(each, str) else each.spec for each in filters)
        return super().get_renditions(*map(filter_of, specs))

    def create_rendition(self, filter: Filter) -> AbstractRendition:
        """Create the rendition. A disk without room for it counts as a missing source file.

        Overrides `AbstractImage.create_rendition`, as the next method overrides
        `create_renditions`. Raises SourceImageIOError.
        """
        with room_or_no_picture():
            return super().create_rendition(filter)

    def create_renditions(self, *filters: Filter) -> dict[Filter, AbstractRendition]:
        with room_or_no_picture():
            return super().create_renditions(*filters)

    def shown(self, spec: str) -> "Rendition | None":
        """Return the rendition for a spec such as "max-480x152"; None if the image file is missing.

        Files can be missing while a backup is being restored, because the media may be restored
        last. While the disk is full, no new rendition is made either.
        """
        try:
            return cast(Rendition, self.get_rendition(spec))
        except SourceImageIOError:
            return None

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not self.file._committed:  # type: ignore[attr-defined]  # private to Django
            self.credit = self.credit or written_in(self.file).credit
            self.file = without_metadata(self.file)
            self.note_file()
        super().save(*args, **kwargs)

    def note_file(self) -> None:
        """Update the columns for the size, the dimensions and the hash of the file."""
        self._set_image_file_metadata()


class PicturePanel(FieldPanel):
    """Wagtail's panel for an image field, with the description and the credit of the image.

    The chooser itself shows only the title.
    """

    class BoundPanel(FieldPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            picture = getattr(self.instance, self.field_name)
            if picture:
                text = gettext(
                    "Description: %(description)s. Credit: %(credit)s. Both belong to the picture "
                    "“%(title)s”: “Edit this image”, in its menu, changes them."
                )
                words = {
                    "description": picture.description.removesuffix(".")
                    or pgettext("description", "none"),
                    "credit": picture.credit.removesuffix(".") or pgettext("credit", "none"),
                    "title": picture.title,
                }
                self.help_text = " ".join(filter(None, [str(self.help_text), text % words]))


class Rendition(AbstractRendition):
    """The renditions of CustomImage, for which Wagtail needs a model of its own."""

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_spec"
            )
        ]


def has_metadata(picture: Picture.Image) -> bool:
    """Return whether the picture has EXIF or XMP metadata."""
    return bool(picture.getexif()) or any("xmp" in str(key).lower() for key in picture.info)


def without_metadata(file: "File[bytes]") -> "File[bytes]":
    """Return the picture turned the right way up, without EXIF, XMP and comments.

    The metadata of a photograph says where it was taken, and can betray the people who were there.
    Pillow writes metadata only on request; the colour profile is written again. An animation
    without metadata is returned unchanged, but an animation with metadata is reduced to its first
    frame. The further frames of an MPO, a format used by phones, show another angle or exposure,
    and are dropped.
    """
    file.seek(0)
    with Picture.open(file) as picture:
        kind = picture.format
        is_animation = getattr(picture, "is_animated", False) and kind != "MPO"
        if kind not in METADATA_FORMATS or (is_animation and not has_metadata(picture)):
            file.seek(0)
            return file
        profile = picture.info.get("icc_profile")
        upright = ImageOps.exif_transpose(picture)
    upright.info = {}
    upright = for_screens(upright, profile)
    out = BytesIO()
    kind = "JPEG" if kind == "MPO" else kind
    options = {"quality": 92} if kind != "PNG" else {"optimize": True}
    upright.save(out, kind, icc_profile=upright.info.get("icc_profile"), **options)
    return ContentFile(out.getvalue(), name=file.name)


def for_screens(picture: Picture.Image, profile: bytes | None) -> Picture.Image:
    """Return the picture in the colours of screens, with its colour profile in `info`.

    No JPEG can be made of a scan with 16 bits of grey, so its pages would fail; and many programs
    show the colours of a printer (CMYK) wrongly or not at all.
    """
    if picture.mode.startswith("I"):
        picture = picture.point(lambda grey: grey / 256).convert("L")
    if picture.mode not in MODES_OF_SCREENS and profile:
        with suppress(ImageCms.PyCMSError):
            screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            seen = ImageCms.profileToProfile(picture, BytesIO(profile), screen, outputMode="RGB")
            picture, profile = seen or picture, screen.tobytes()
    if picture.mode not in MODES_OF_SCREENS:
        picture, profile = picture.convert("RGB"), None
    picture.info = {"icc_profile": profile}
    return picture


class Written(NamedTuple):
    """The caption and the credit stored in an image file (IPTC)."""

    caption: str
    credit: str


def written_in(file: "File[bytes]") -> Written:
    """Return the caption and credit in a file; both are empty where the file has none."""
    file.seek(0)
    try:
        with Picture.open(file) as picture:
            found = IptcImagePlugin.getiptcinfo(picture) or {}
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError):
        found = {}  # Another check rejects files that cannot be read.
    finally:
        file.seek(0)
    values = {key: text_of(value) for key, value in found.items()}
    names = [values.get(key, "") for key in (BYLINE, CREDIT)]
    credit = "/".join(dict.fromkeys(name for name in names if name))
    return Written(
        caption=values.get(CAPTION, ""), credit=(credit or values.get(COPYRIGHT, ""))[:255]
    )


def text_of(value: bytes | list[bytes]) -> str:
    """Return the text of a dataset, decoded as UTF-8, which is most common, or else as Latin-1."""
    data = b", ".join(value) if isinstance(value, list) else value
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return " ".join(text.replace("\0", " ").split())
