"""Uploading images: large photographs are scaled down, and broken files are form errors."""

from io import BytesIO
from math import sqrt
from os.path import basename
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.images.models import AbstractImage

from campaigns.cms.uploads import FileForm, find_room, servable
from guide.help_links import explained

# Larger photographs (JPEG) are scaled down to this number of pixels, which is enough for every
# rendition, even of a part. The area is limited, not the sides, so that a panorama stays sharp.
PIXELS_KEPT = 2560 * 2560
# Larger photographs are compressed again; larger files of other types are refused.
BYTES_KEPT = 5 * 1024 * 1024
# Of a longer picture there is no copy in WebP (https://developers.google.com/speed/webp/faq).
LONGEST_SIDE = 16_383
# The largest photograph that is scaled down; WAGTAILIMAGES_MAX_IMAGE_PIXELS does not apply to it.
PIXELS_TAKEN = 80_000_000
DESCRIPTION = _(
    "For readers who cannot see the picture. Say what it shows, in one sentence: “Police in "
    "helmets stand in a line before a church.” It becomes the alt text at the top of a page and in "
    "stories, where you can change it. Leave it empty only if the picture is purely decorative."
)
BROKEN = (OSError, SyntaxError, ValueError, EOFError, OverflowError)


def is_in_one_scan(picture: JpegImageFile) -> bool:
    """Return whether the photograph has a single scan, as cameras write them.

    For other JPEG files, such as progressive ones, the decoder holds the coefficients of the whole
    image in memory, however small the image that it produces. Pillow has read up to the end of the
    first scan's header: "FF DA", its length, and the number of colour components (ITU T.81, B.2.3).
    """
    length = 6 + 2 * picture.layers
    assert picture.fp is not None
    end = picture.fp.tell()
    picture.fp.seek(end - length - 2)
    head = picture.fp.read(5)
    picture.fp.seek(end)
    whole = b"\xff\xda" + length.to_bytes(2, "big") + bytes([picture.layers])
    return head == whole and "progressive" not in picture.info


def scale_down(picture: JpegImageFile) -> bytes:
    """Return the photograph upright, as JPEG of at most PIXELS_KEPT pixels, with its IPTC data.

    The decoder itself scales it to a half, a quarter or an eighth, so that memory holds less than
    four times the pixels that are kept.
    """
    factor = min(1, sqrt(PIXELS_KEPT / (picture.width * picture.height)))
    size = max(1, int(picture.width * factor)), max(1, int(picture.height * factor))
    captions = [data for name, data in picture.applist if name == "APP13"]
    profile = picture.info.get("icc_profile")
    picture.draft(None, size)
    upright = ImageOps.exif_transpose(picture.resize(size, Image.Resampling.LANCZOS))
    upright.info = {}
    out = BytesIO()
    extra = b"".join(b"\xff\xed" + (len(each) + 2).to_bytes(2, "big") + each for each in captions)
    upright.save(out, "JPEG", quality=92, icc_profile=profile, extra=extra)
    return out.getvalue()


class WholeImageField(WagtailImageField):
    """An image field that scales large photographs down, and decodes each image completely.

    Wagtail's field reads only the header, even if the rest is broken.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Lazy, since some forms are created before the user, and so the language, is known.
        self.help_text = lazy(self.describe, str)()

    def describe(self) -> str:
        return gettext(
            "Photographs in JPEG may have up to %(size)s and %(pixels)s megapixels; large ones are "
            "scaled down to %(kept)s megapixels. Pictures in PNG, WebP, AVIF and GIF may have up "
            "to %(other_size)s and %(other_pixels)s megapixels."
        ) % {
            "size": filesizeformat(self.max_upload_size),
            "pixels": PIXELS_TAKEN // 1_000_000,
            "kept": PIXELS_KEPT // 1_000_000,
            "other_size": filesizeformat(BYTES_KEPT),
            "other_pixels": self.max_image_pixels // 1_000_000,
        }

    def to_python(self, data: Any) -> "File[bytes] | None":
        try:
            if isinstance(data, UploadedFile) and (data.size or 0) <= self.max_upload_size:
                data = self.with_fewer_pixels(data)
            file = super().to_python(data)
            if file:
                file.seek(0)
                with Image.open(file) as picture:
                    picture.load()
                    longest = max(picture.size)
                file.seek(0)
                if longest > LONGEST_SIDE:
                    text = _(
                        "No side of a picture may be longer than %(limit)s pixels. Please crop it."
                    )
                    limit = {"limit": intcomma(LONGEST_SIDE)}
                    raise ValidationError(text, "side_too_long", limit)
        except ValidationError:
            raise
        except BROKEN as broken:
            raise ValidationError(
                self.error_messages["invalid_image"], code="invalid_image"
            ) from broken
        return file

    def with_fewer_pixels(self, data: "UploadedFile[bytes]") -> "UploadedFile[bytes]":
        """Return the file, or a smaller one for a large photograph.

        Raise ValidationError if the photograph is far too large.
        """
        data.seek(0)
        try:
            picture = JpegImageFile(data)
        except BROKEN:
            data.seek(0)
            return data  # Wagtail's checks identify the file.
        pixels = picture.width * picture.height
        limit = PIXELS_TAKEN if is_in_one_scan(picture) else self.max_image_pixels
        if pixels > limit:
            raise ValidationError(
                self.error_messages["file_too_many_pixels"]
                % {"num_pixels": pixels, "max_pixels_count": limit},
                code="file_too_many_pixels",
            )
        if pixels > PIXELS_KEPT or (data.size or 0) > BYTES_KEPT:
            return SimpleUploadedFile(data.name or "", scale_down(picture), "image/jpeg")
        data.seek(0)
        return data

    def check_image_file_size(self, f: Any) -> None:
        super().check_image_file_size(f)
        if f.image.format_name != "jpeg" and f.size > BYTES_KEPT:
            raise ValidationError(
                self.error_messages["file_too_large"]
                % {
                    "file_size": filesizeformat(f.size),
                    "max_filesize": filesizeformat(BYTES_KEPT),
                },
                code="file_too_large",
            )


class ImageForm(FileForm, BaseImageForm):
    """The form of images. Wagtail uses the class that WAGTAILIMAGES_IMAGE_FORM_BASE names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = WholeImageField(
                label=field.label, required=field.required, widget=field.widget
            )
        self.fields["description"].help_text = explained(DESCRIPTION, "pictures")

    def clean_file(self) -> "File[bytes]":
        file: File[bytes] = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            find_room(file)
            file.name = servable(file.name or "")
        return file

    def save(self, commit: bool = True) -> AbstractImage:
        """Save the image. A file that arrived before this form is treated like every new file.

        When many images are uploaded at once, a file whose name is no title gets a form without the
        file. Wagtail has stored the file for it as it arrived.
        """
        stored = self.instance.file
        if self.instance.pk is None and "file" not in self.fields:
            with stored.open() as opened:
                arrived = SimpleUploadedFile(basename(stored.name), opened.read())
            stored.storage.delete(stored.name)
            self.instance.file = WholeImageField().with_fewer_pixels(arrived)
        image: AbstractImage = super().save(commit)
        return image
