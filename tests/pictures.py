"""Each size of a picture is drawn once in a session: encoding AVIF takes longer than most tests."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any

from wagtail.images.models import AbstractImage, Filter
from willow.image import ImageFile

Draw = Callable[..., ImageFile]


def once(draw: Draw) -> Draw:
    """Filter.run, which draws the same picture in the same way only the first time."""
    drawn: dict[tuple[str, str, str], tuple[type[ImageFile], bytes]] = {}

    def run(
        filter: Filter, image: AbstractImage, output: IO[bytes], source: Any = None
    ) -> ImageFile:
        key = digest(image, source), filter.spec, filter.get_cache_key(image)
        if key not in drawn:
            result = draw(filter, image, output, source)
            result.f.seek(0)
            drawn[key] = type(result), result.f.read()
        kind, data = drawn[key]
        return kind(BytesIO(data))

    return run


def digest(image: AbstractImage, source: Any) -> str:
    """Of what is drawn. Each of Wagtail's threads, which draw at once, has its own `source`."""
    if source is None:
        with image.open_file() as file:
            return hashlib.sha256(file.read()).hexdigest()
    content = source.read()
    source.seek(0)
    return hashlib.sha256(content).hexdigest()
