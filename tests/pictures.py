"""Cache renditions for the whole session: encoding AVIF takes longer than most tests.

All processes of the session share one folder of rendered files.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import willow.image
from PIL import Image
from wagtail.images.models import AbstractImage, Filter
from willow.image import ImageFile

Draw = Callable[..., ImageFile]


def once(draw: Draw, folder: Path) -> Draw:
    """Wrap Filter.run: render each image with each filter only once."""

    def run(
        filter: Filter, image: AbstractImage, output: IO[bytes], source: Any = None
    ) -> ImageFile:
        key = digest(image, source), filter.spec, filter.get_cache_key(image)
        name = hashlib.sha256(repr(key).encode()).hexdigest()
        known = next(folder.glob(f"{name}.*"), None)
        if known is None:
            result = draw(filter, image, output, source)
            result.f.seek(0)
            unfinished = folder / f"{os.getpid()}-{threading.get_ident()}-{name}"
            unfinished.write_bytes(result.f.read())
            known = unfinished.rename(folder / f"{name}.{type(result).__name__}")
        kind = getattr(willow.image, known.suffix[1:])
        return kind(BytesIO(known.read_bytes()))

    return run


def of_small_copies(draw: Draw) -> Draw:
    """Wrap Filter.run: draw a copy of each picture that is 160 pixels wide, which is encoded soon.

    tests/journeys/test_weight.py shows in which sizes and formats a photograph comes.
    """

    def run(
        filter: Filter, image: AbstractImage, output: IO[bytes], source: Any = None
    ) -> ImageFile:
        small = BytesIO()
        # Wagtail's threads must not share the file of the image, which the first of them closes.
        opened = image.open_file() if source is None else nullcontext(source)
        with opened as file, Image.open(file) as picture:
            picture.thumbnail((160, 160))
            picture.save(small, "JPEG")
        small.seek(0)
        return draw(filter, image, output, small)

    return run


def digest(image: AbstractImage, source: Any) -> str:
    """Hash the original image. Wagtail's threads render in parallel, each from its own `source`."""
    if source is None:
        with image.open_file() as file:
            return hashlib.sha256(file.read()).hexdigest()
    content = source.read()
    source.seek(0)
    return hashlib.sha256(content).hexdigest()
