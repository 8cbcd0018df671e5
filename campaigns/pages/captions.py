"""What a photographer has written into the file of a picture: its caption and its credit (IPTC)."""

from typing import NamedTuple

from django.core.files.base import File
from PIL import Image as Picture
from PIL import IptcImagePlugin

# Datasets of the IPTC Information Interchange Model 4.2, record 2.
BYLINE, CREDIT, COPYRIGHT, CAPTION = (2, 80), (2, 110), (2, 116), (2, 120)


class Written(NamedTuple):
    caption: str
    credit: str


def read(file: "File[bytes]") -> Written:
    """The caption and the credit, which are empty where the file has none."""
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
