"""The place of the media, in the folder MEDIA_ROOT or in a bucket, and whether it has room."""

import errno
import shutil
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.files.storage import storages

from operations.health_readings import place_of_media

if TYPE_CHECKING:  # boto3 is slow to import, and most sites do not need it
    from operations.bucket import Bucket

# Bytes that an upload leaves free: the database is usually on the same disk, and must go on.
KEPT_FREE = 200 * 1024**2


def bucket() -> "Bucket | None":
    """Return the bucket of the media; None if they are in the folder."""
    return cast("Bucket", storages["default"]) if settings.S3_BUCKET else None


def has_room(size: int) -> bool:
    """Return whether a file of this size may be added. A bucket is assumed to have room."""
    return bool(bucket()) or shutil.disk_usage(place_of_media()).free > size + KEPT_FREE


def require_room(folder: str, size: int = 0) -> None:
    """Raise OSError (ENOSPC) if a temporary file in the folder may not grow by this size."""
    if shutil.disk_usage(folder).free < size + KEPT_FREE:
        raise OSError(errno.ENOSPC, "The disk is nearly full.")


def is_full(error: BaseException | None) -> bool:
    """Return whether an error means that the disk, or the user's quota of it, is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
