"""Pictures, with who made them and what they show."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageOps
from wagtail.images.models import AbstractImage, AbstractRendition, SourceImageIOError
from wagtail.images.models import Image as WagtailImage
from wagtail.search import index

# Formats that carry EXIF or XMP: where a photograph was taken, with which device, when.
TELLING_FORMATS = {"AVIF", "GIF", "JPEG", "MPO", "PNG", "WEBP"}


class CustomImage(AbstractImage):
    credit = models.CharField(
        _("credit"),
        max_length=255,
        blank=True,
        help_text=_("Photographer and agency, as they want to be named: © Name/Agency."),
    )

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    @property
    def default_alt_text(self) -> str:
        """What the picture shows; never its title, which is often a file's name."""
        return self.description

    def shown(self, spec: str) -> "Rendition | None":
        """A rendition; None where the file is away: of a backup, the media may come last."""
        try:
            return self.get_rendition(spec)
        except SourceImageIOError:
            return None

    def save(self, *args: object, **kwargs: object) -> None:
        if self.file and not self.file._committed:
            self.file = without_metadata(self.file)
            self.note_file()
        super().save(*args, **kwargs)

    def note_file(self) -> None:
        """Size and hash of the file as it is now, for the row."""
        self._set_image_file_metadata()


class Rendition(AbstractRendition):
    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_spec"
            )
        ]


def tells(picture: Picture.Image) -> bool:
    """Whether it has EXIF or XMP."""
    return bool(picture.getexif()) or any("xmp" in str(key).lower() for key in picture.info)


def without_metadata(file: models.fields.files.FieldFile) -> models.fields.files.FieldFile:
    """The file turned the right way up and without EXIF, XMP and comments.

    A photograph tells where it was taken, and people who were there can be found by it. Pillow
    copies none of it unless asked; the colour profile is kept. Pictures that move are left alone
    if they tell nothing; else their first one is kept. The others of an MPO, as phones write it,
    are of another angle or light.
    """
    file.seek(0)
    with Picture.open(file) as picture:
        kind = picture.format
        moves = getattr(picture, "is_animated", False) and kind != "MPO" and not tells(picture)
        if kind not in TELLING_FORMATS or moves:
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
