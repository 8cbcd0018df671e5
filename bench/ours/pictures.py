"""A picture to show, the same on both sites."""

from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image


def picture(name: str) -> ImageFile:
    """Return a JPEG of a photograph's size, drawn as a gradient of two colours."""
    drawn = BytesIO()
    Image.linear_gradient("L").resize((1600, 1067)).convert("RGB").save(drawn, "JPEG")
    return ImageFile(drawn, name=f"{name}.jpg")
