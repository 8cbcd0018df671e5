"""Media in a bucket of Amazon S3, or of any server with the same protocol."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

# A request takes at most 26 seconds. Not all servers other than Amazon's support the checksums that
# boto3 adds by default.
CLIENT = Config(
    connect_timeout=3,  # seconds
    read_timeout=10,
    retries={"total_max_attempts": 2},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
# Seconds for which requests fail at once after the server has not answered.
PAUSE = 60


class Away(OSError):
    """The server of the bucket does not answer, or refuses the site's request."""


class Bucket(S3Storage):
    """Stores the files of MEDIA_URL, whose URLs stay those of the site.

    nginx fetches the public files without a key (deploy/media-in-a-bucket.conf); only the
    application reads all others. Methods raise Away, as those of a folder raise OSError.
    """

    # Set by django-storages from its options.
    bucket_name: str
    endpoint_url: str

    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=CLIENT, file_overwrite=False, **options)
        self.paused_until = 0.0

    def url(
        self,
        name: str | None,
        parameters: object = None,
        expire: object = None,
        http_method: object = None,
    ) -> str:
        path = filepath_to_uri(name)
        assert path is not None
        return urljoin(settings.MEDIA_URL, path.lstrip("/"))

    def address(self, name: str) -> str:
        """Return the URL of a file on the server of the bucket, where only some are public."""
        return f"{self.endpoint_url}/{self.bucket_name}/{filepath_to_uri(name)}"

    def names(self) -> Iterator[str]:
        """Yield the names of all files, which are fetched a thousand at a time."""
        with self.reached():
            for each in self.bucket.objects.all():
                yield each.key

    @contextlib.contextmanager
    def reached(self) -> Iterator[None]:
        """Turn errors of boto3 into Away. Raise Away at once while the server counts as away."""
        if time.monotonic() < self.paused_until:
            raise Away("The server of the bucket did not answer a moment ago.")
        try:
            yield
        except BotoCoreError as error:
            self.paused_until = time.monotonic() + PAUSE
            raise Away(type(error).__name__) from error
        except ClientError as error:
            raise Away(error.response.get("Error", {}).get("Code", "")) from error

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with self.reached():
            found: Any = super()._open(name, mode)
            if "w" not in mode:
                found.file  # noqa: B018  # Fetch it now, so that errors are raised here.
            return found  # type: ignore[no-any-return]

    def _save(self, name: str, content: "File[bytes]") -> str:
        with self.reached():
            return super()._save(name, content)  # type: ignore[no-any-return]

    def exists(self, name: str) -> bool:
        with self.reached():
            return super().exists(name)  # type: ignore[no-any-return]

    def delete(self, name: str) -> None:
        with self.reached():
            super().delete(name)

    def size(self, name: str) -> int:
        with self.reached():
            return super().size(name)  # type: ignore[no-any-return]
