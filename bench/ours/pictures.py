"""A picture to show: both sites get the same."""

from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image


def picture(name: str) -> ImageFile:
    """A photograph's size and kind, drawn as two colours that run into each other."""
    drawn = BytesIO()
    Image.linear_gradient("L").resize((1600, 1067)).convert("RGB").save(drawn, "JPEG")
    return ImageFile(drawn, name=f"{name}.jpg")
