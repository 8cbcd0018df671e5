"""Where the media lie: in the folder MEDIA_ROOT, or in a bucket; and whether there is room."""

import errno
import shutil
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.files.storage import storages

from operations.health_readings import place_of_media

if TYPE_CHECKING:  # it loads boto3, which takes a while, and which most sites do not need
    from operations.bucket import Bucket

# What an upload leaves free: signatures mostly lie on the same disk, and have to go on.
KEPT_FREE = 200 * 1024**2


def bucket() -> "Bucket | None":
    """The bucket of the media; None where they lie in the folder."""
    return cast("Bucket", storages["default"]) if settings.S3_BUCKET else None


def has_room(size: int) -> bool:
    """Whether a file of so many bytes may be added; nobody knows of a bucket that it is full."""
    return bool(bucket()) or shutil.disk_usage(place_of_media()).free > size + KEPT_FREE


def is_full(error: BaseException | None) -> bool:
    """Whether this is why something failed: there is no room on a disk, or none for this user."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
