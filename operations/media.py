"""Where the media lie: in the folder MEDIA_ROOT, or in a bucket."""

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.files.storage import storages

if TYPE_CHECKING:  # it loads boto3, which takes a while, and which most sites do not need
    from operations.bucket import Bucket


def bucket() -> "Bucket | None":
    """The bucket of the media; None where they lie in the folder."""
    return cast("Bucket", storages["default"]) if settings.S3_BUCKET else None
