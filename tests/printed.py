"""Reads PDF files as a program of their readers does."""

import pypdfium2
from PIL import Image


def texts(content: bytes) -> list[str]:
    """The text of each page, its white space as single spaces."""
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def picture(content: bytes, page: int, *, scale: float = 2) -> Image.Image:
    """A page as it is seen, at so many dots a point."""
    with pypdfium2.PdfDocument(content) as document:
        return document[page].render(scale=scale).to_pil().convert("L")


def left_of(content: bytes, page: int, text: str) -> float:
    """How far from the left edge a text begins that stands on a page, in points."""
    with pypdfium2.PdfDocument(content) as document:
        read = document[page].get_textpage()
        place, _count = read.search(text).get_next()
        return read.get_charbox(place)[0]
