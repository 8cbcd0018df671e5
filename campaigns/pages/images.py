"""Images with a credit, which are stored without the metadata of the camera."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple, cast

from django.core.files.base import ContentFile, File
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageOps, IptcImagePlugin
from wagtail.admin.panels import FieldPanel
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, SourceImageIOError
from wagtail.images.models import Image as WagtailImage
from wagtail.search import index

from operations import media

log = logging.getLogger(__name__)

# Formats that can carry EXIF or XMP: where and when a photograph was taken, and with which device.
METADATA_FORMATS = {"AVIF", "GIF", "JPEG", "MPO", "PNG", "WEBP"}
# Datasets of the IPTC Information Interchange Model 4.2, record 2.
BYLINE, CREDIT, COPYRIGHT, CAPTION = (2, 80), (2, 110), (2, 116), (2, 120)


@lru_cache(maxsize=256)
def filter_of(spec: str) -> Filter:
    """What a spec such as "max-480x152" does to an image: worked out once for all images."""
    return Filter(spec)


@contextmanager
def room_or_no_picture() -> Iterator[None]:
    """Have a page be shown without a picture that the disk has no room to draw."""
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
        """The image's description. Wagtail falls back to the title, which is often a file's name.

        Overrides `AbstractImage.default_alt_text`.
        """
        return self.description

    def get_renditions(self, *filters: Filter | str) -> dict[str, AbstractRendition]:
        """Wagtail's, which reads each spec anew for each image; here it is read once.

        Overrides `AbstractImage.get_renditions`.
        """
        specs = (each if isinstance(each, str) else each.spec for each in filters)
        return super().get_renditions(*map(filter_of, specs))

    def create_rendition(self, filter: Filter) -> AbstractRendition:
        """Wagtail's; a disk without room for it is to a page what a missing file is.

        Overrides `AbstractImage.create_rendition`, as the next one does its own. Raises
        SourceImageIOError.
        """
        with room_or_no_picture():
            return super().create_rendition(filter)

    def create_renditions(self, *filters: Filter) -> dict[Filter, AbstractRendition]:
        with room_or_no_picture():
            return super().create_renditions(*filters)

    def shown(self, spec: str) -> "Rendition | None":
        """The rendition for a filter such as "max-480x152"; None where the image file is missing.

        Files can be missing while a backup is being restored: the media may come last. Nor is there
        a new rendition while the disk is full.
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
        """Set the columns for the size, the dimensions and the hash of the file anew."""
        self._set_image_file_metadata()


class PicturePanel(FieldPanel):
    """Wagtail's panel of a field for a picture, with the words that readers get with the picture.

    The chooser itself shows its title alone.
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
                    "description": picture.description.removesuffix(".") or gettext("none"),
                    "credit": picture.credit.removesuffix(".") or gettext("none"),
                    "title": picture.title,
                }
                self.help_text = " ".join(filter(None, [str(self.help_text), text % words]))


class Rendition(AbstractRendition):
    """The renditions of CustomImage, for which Wagtail needs a model of their own."""

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_spec"
            )
        ]


def has_metadata(picture: Picture.Image) -> bool:
    """Whether the picture carries EXIF or XMP."""
    return bool(picture.getexif()) or any("xmp" in str(key).lower() for key in picture.info)


def without_metadata(file: "File[bytes]") -> "File[bytes]":
    """The picture turned the right way up, without EXIF, XMP and comments.

    The metadata of a photograph says where it was taken, and can betray the people who were there.
    Pillow writes metadata only when asked; the colour profile is written again. An animation
    without metadata is returned as it is; of one with metadata only the first frame remains. The
    further frames of an MPO, a format of phones, show another angle or exposure, and are dropped.
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
    out = BytesIO()
    kind = "JPEG" if kind == "MPO" else kind
    options = {"quality": 92} if kind != "PNG" else {"optimize": True}
    upright.save(out, kind, icc_profile=profile, **options)
    return ContentFile(out.getvalue(), name=file.name)


class Written(NamedTuple):
    """The caption and the credit in the file of a picture (IPTC)."""

    caption: str
    credit: str


def written_in(file: "File[bytes]") -> Written:
    """What a photographer has written into a file; empty where it holds nothing."""
    file.seek(0)
    try:
        with Picture.open(file) as picture:
            found = IptcImagePlugin.getiptcinfo(picture) or {}
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError):
        found = {}  # A file that cannot be read is refused elsewhere.
    finally:
        file.seek(0)
    values = {key: text_of(value) for key, value in found.items()}
    names = [values.get(key, "") for key in (BYLINE, CREDIT)]
    credit = "/".join(dict.fromkeys(name for name in names if name))
    return Written(
        caption=values.get(CAPTION, ""), credit=(credit or values.get(COPYRIGHT, ""))[:255]
    )


def text_of(value: bytes | list[bytes]) -> str:
    """The text of a dataset: in UTF-8, as most write it today, or else in Latin 1."""
    data = b", ".join(value) if isinstance(value, list) else value
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return " ".join(text.replace("\0", " ").split())
