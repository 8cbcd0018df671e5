"""Uploading images: a broken file is an error of the form, and not a failure of the site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class WholeImageField(WagtailImageField):
    """Decodes the whole image; Wagtail's field reads only the header, before a broken rest."""

    def to_python(self, data: Any) -> "File[bytes] | None":
        try:
            file = super().to_python(data)
            if file:
                file.seek(0)
                with Image.open(file) as picture:
                    picture.load()
                file.seek(0)
        except ValidationError:
            raise
        except (OSError, SyntaxError, ValueError, EOFError, OverflowError) as broken:
            raise ValidationError(
                self.error_messages["invalid_image"], code="invalid_image"
            ) from broken
        return file


class ImageForm(BaseImageForm):
    """The form of images. Wagtail uses the class that WAGTAILIMAGES_IMAGE_FORM_BASE names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = WholeImageField(
                label=field.label, required=field.required, widget=field.widget
            )
