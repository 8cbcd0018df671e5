"""Read PDF files as a PDF viewer shows them."""

import pypdfium2
from PIL import Image


def texts(content: bytes) -> list[str]:
    """Return the text of each page, with white space collapsed to single spaces."""
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def picture(content: bytes, page: int, *, scale: float = 2) -> Image.Image:
    """Render a page in greyscale. `scale`: pixels per point."""
    with pypdfium2.PdfDocument(content) as document:
        return document[page].render(scale=scale).to_pil().convert("L")


def left_of(content: bytes, page: int, text: str) -> float:
    """Return the distance, in points, from the left edge of a page to where a text begins."""
    with pypdfium2.PdfDocument(content) as document:
        read = document[page].get_textpage()
        place, _count = read.search(text).get_next()
        return read.get_charbox(place)[0]
