"""Where uploaded pictures and documents are stored: in a folder, or in an S3 bucket."""

import re

from config import env

S3_BUCKET = env.text("S3_BUCKET", "")
env.agree(
    bool(re.fullmatch(r"([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?", S3_BUCKET)),
    "S3_BUCKET must be the name of a bucket alone: small letters, digits, hyphens and full stops.",
)
S3_ENDPOINT = env.url("S3_ENDPOINT", "", schemes=("https", "http"))
S3_REGION = env.text("S3_REGION", "us-east-1")
env.agree(
    bool(re.fullmatch(r"[a-z0-9-]+", S3_REGION)),
    "S3_REGION must be the name of a region, such as eu-central-1.",
)
S3_ACCESS_KEY = env.text("S3_ACCESS_KEY", "")
S3_SECRET_KEY = env.text("S3_SECRET_KEY", "")
env.agree(
    bool(S3_BUCKET) == bool(S3_ENDPOINT) == bool(S3_ACCESS_KEY) == bool(S3_SECRET_KEY),
    "Set S3_BUCKET, S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY, or none of them.",
)
MEDIA_STORAGE: dict[str, object] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if S3_ENDPOINT:
    MEDIA_STORAGE = {
        "BACKEND": "operations.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT.geturl(),
            "region_name": S3_REGION,
            "access_key": S3_ACCESS_KEY,
            "secret_key": S3_SECRET_KEY,
        },
    }
