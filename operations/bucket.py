"""Media in a bucket: of Amazon's S3, or of any server that speaks its protocol."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

# An editor waits for the upload of a picture, and a reader for a document. Servers other than
# Amazon's do not all know the checksums that boto3 adds unless it must not.
CLIENT = Config(
    connect_timeout=3,  # seconds
    read_timeout=20,
    retries={"max_attempts": 2},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class Bucket(S3Storage):
    """The files of MEDIA_URL, whose addresses stay those of the site.

    nginx fetches the public ones without a key (deploy/media-in-a-bucket.conf); all others are
    read by the application alone.
    """

    # Set by django-storages from its options.
    bucket_name: str
    endpoint_url: str

    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=CLIENT, file_overwrite=False, **options)

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
        """The URL of a file at the server of the bucket, where only some may be read by all."""
        return f"{self.endpoint_url}/{self.bucket_name}/{filepath_to_uri(name)}"

    def names(self) -> Iterator[str]:
        """The names of all files, a thousand with each request."""
        for each in self.bucket.objects.all():
            yield each.key
