"""The doctor looks at the bucket of the media: who may write there, and who may read."""

from collections.abc import Iterator

import requests
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile

from operations import media
from operations.doctor.findings import Asked, Finding

PUBLIC, PRIVATE = "images/doctor.png", "documents/doctor.txt"
PATIENCE = 5  # seconds


def check(asked: Asked) -> Iterator[Finding]:
    bucket = media.bucket()
    if not bucket:
        return
    try:
        public, private = (
            bucket.save(name, ContentFile(b"written by the doctor")) for name in (PUBLIC, PRIVATE)
        )
    except (BotoCoreError, ClientError) as error:
        yield Finding(
            "bucket",
            f"The site cannot write into the bucket {bucket.bucket_name}: {type(error).__name__}.",
            "Editors cannot upload a picture, and readers see only those that nginx has kept.",
            "look at S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY, and at what this key may do",
        )
        return
    try:
        yield from read_by_others(bucket.address(public), bucket.address(private))
    finally:
        bucket.delete(public)
        bucket.delete(private)


def read_by_others(public: str, private: str) -> Iterator[Finding]:
    """What comes of reading a picture and a document without a key."""
    if not requests.get(public, timeout=PATIENCE).ok:
        yield Finding(
            "bucket",
            f"Without a key {public} cannot be read.",
            "nginx has no key, so that readers see no pictures.",
            "give everybody the right to read images/* and avatar_images/* (docs/scaling.md)",
        )
    if requests.get(private, timeout=PATIENCE).ok:
        yield Finding(
            "bucket",
            f"Without a key {private} can be read.",
            "Whoever knows its name reads a document that is for some only, and what was cropped "
            "away from a picture.",
            "let everybody read nothing but images/* and avatar_images/* (docs/scaling.md)",
        )
