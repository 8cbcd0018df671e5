"""The doctor checks the bucket of the media: who may write to it, and who may read it."""

import contextlib
from collections.abc import Iterator

import requests
from django.core.files.base import ContentFile

from operations import media
from operations.bucket import Away, Bucket
from operations.doctor.findings import Asked, Finding

PICTURE = "images/doctor.png"
PRIVATE = ("documents/doctor.txt", "original_images/doctor.png")
PATIENCE = 5  # seconds
CLOSE = "let everybody read images/* and avatar_images/*, and do nothing else (docs/scaling.md)"


def check(asked: Asked) -> Iterator[Finding]:
    bucket = media.bucket()
    if not bucket:
        return
    with contextlib.ExitStack() as written:
        try:
            picture, *private = (write(bucket, name, written) for name in (PICTURE, *PRIVATE))
        except Away as error:
            yield Finding(
                "bucket",
                f"The site cannot write into the bucket {bucket.bucket_name}: {error}.",
                "Editors cannot upload a picture, and readers see only those that nginx has kept.",
                "look at S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY, and at what this key may do",
            )
            return
        yield from done_by_others(bucket, picture, private)


def write(bucket: Bucket, name: str, written: contextlib.ExitStack) -> str:
    """Write a file that is deleted when `written` is closed; return its name in the bucket."""
    found: str = bucket.save(name, ContentFile(b"written by the doctor"))
    written.callback(bucket.delete, found)
    return found


def done_by_others(bucket: Bucket, picture: str, private: list[str]) -> Iterator[Finding]:
    """Yield what is wrong with access without a key: reading, listing and writing."""
    address = bucket.address(picture)
    if not requests.get(address, timeout=PATIENCE).ok:
        yield Finding(
            "bucket",
            f"Without a key {address} cannot be read.",
            "nginx has no key, so that readers see no pictures.",
            "give everybody the right to read images/* and avatar_images/* (docs/scaling.md)",
        )
    for address in map(bucket.address, private):
        if requests.get(address, timeout=PATIENCE).ok:
            yield Finding(
                "bucket",
                f"Without a key {address} can be read.",
                "Documents may be for some only, and originals show what was cropped away.",
                CLOSE,
            )
    whole = f"{bucket.endpoint_url}/{bucket.bucket_name}"
    if requests.get(whole, timeout=PATIENCE).ok:
        yield Finding(
            "bucket",
            f"Without a key the files in {whole} can be listed.",
            "Whoever reads the list knows what was uploaded, and when.",
            CLOSE,
        )
    if requests.put(bucket.address(picture), b"by nobody", timeout=PATIENCE).ok:
        yield Finding(
            "bucket",
            f"Without a key anybody can write into {whole}.",
            "Whatever they put there is shown on the pages of the site.",
            CLOSE,
        )
