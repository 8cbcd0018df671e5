"""Pictures and documents in a bucket: written by the site, and read through nginx."""

import signal
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file

from campaigns.mail import inline
from campaigns.models import CustomImage
from operations import media
from operations.backups import contents, making
from operations.doctor import bucket as doctor
from operations.doctor.findings import Asked
from servers import s3
from servers.nginx import Site
from servers.processes import ROOT
from tests.factories import make_image

pytestmark = pytest.mark.django_db
POLICY = (ROOT / "deploy" / "bucket-policy.json").read_text()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.Server]:
    with s3.running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def bucket(server, settings):
    settings.S3_BUCKET = "lastdrop"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "operations.bucket.Bucket",
            "OPTIONS": {
                "bucket_name": "lastdrop",
                "endpoint_url": server.url,
                "region_name": "us-east-1",
                "access_key": s3.ACCESS_KEY,
                "secret_key": s3.SECRET_KEY,
            },
        }
    }
    bucket = media.bucket()
    client = bucket.connection.meta.client
    if not client.list_buckets()["Buckets"]:
        bucket.bucket.create()
        client.put_bucket_policy(Bucket="lastdrop", Policy=POLICY)
    yield bucket
    for name in list(bucket.names()):
        bucket.delete(name)


def test_pictures_are_read_through_nginx_and_nothing_else_is(
    bucket, server, application, certificate, tmp_path
):
    image = make_image()
    rendition = image.get_rendition("width-100|format-webp")
    written = (ROOT / "deploy" / "media-in-a-bucket.conf").read_text()
    here = written.replace("https://s3.example.org", server.url)
    (tmp_path / "media.conf").write_text(here.replace("s3.example.org", server.url[7:]))
    site = Site(
        tmp_path,
        app=application,
        certificate=certificate,
        instead={f"alias {application.media}/$shown;": f"include {tmp_path / 'media.conf'};"},
    )

    try:
        shown = site.ask(rendition.url, method="HEAD")
        original = site.ask(f"/media/{image.file.name}")
        nothing = site.ask("/media/images/nothing.webp")
        posted = site.ask(rendition.url, method="POST")
        server.process.signal(signal.SIGSTOP)  # it is there, and silent
        again = site.ask(rendition.url, method="HEAD")
        server.process.signal(signal.SIGCONT)
    finally:
        site.process.end()

    assert rendition.url.startswith("/media/images/")
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/webp")
    assert shown.headers["Content-Length"] == str(rendition.file.size)
    assert shown.headers["Cache-Control"] == "public, max-age=3600"
    assert [original.status, nothing.status, posted.status] == [404, 404, 404]
    assert again.status == 200


def test_what_is_uploaded_in_the_cms_lies_there_until_it_is_deleted(
    bucket, admin_client, django_capture_on_commit_callbacks
):
    picture = get_test_image_file(size=(400, 250)).file.getvalue()
    sent = SimpleUploadedFile("river.png", picture)

    added = admin_client.post("/admin/images/add/", {"title": "River", "file": sent})
    image = CustomImage.objects.get()
    rendition = image.get_rendition("width-100|format-png")
    names = set(bucket.names())
    in_a_mail = inline.small(rendition.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()

    assert added.status_code == 302
    assert names >= {image.file.name, rendition.file.name}
    assert in_a_mail.content.startswith(b"\x89PNG")
    assert list(bucket.names()) == []


def test_a_document_is_read_by_those_who_may(bucket, client, admin_client):
    document = Document.objects.create(title="Letter", file=ContentFile(b"a letter", "letter.txt"))

    refused, answer = client.get(document.url), admin_client.get(document.url)

    assert (refused.status_code, document.url[:11]) == (404, "/documents/")
    assert b"".join(answer.streaming_content) == b"a letter"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert list(bucket.names()) == [document.file.name]
    document.delete()


def test_two_files_of_one_name_are_two(bucket):
    names = [bucket.save("documents/letter.txt", ContentFile(text)) for text in (b"a", b"b")]

    assert len(set(names)) == 2
    assert [bucket.open(name).read() for name in names] == [b"a", b"b"]
    with pytest.raises(FileNotFoundError):
        bucket.open("documents/nothing.txt")


def test_backups_know_which_files_are_there(bucket, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path  # and nothing is in it
    image = make_image()
    database = connection.connection

    making.require_media(database)
    assert contents.missing_files(database, set()) == []

    bucket.delete(image.file.name)
    assert contents.missing_files(database, set()) == [image.file.name]


def test_the_doctor_sees_who_may_write_and_who_may_read(bucket, monkeypatch):
    client = bucket.connection.meta.client

    def found() -> list[str]:
        return [finding.what for finding in doctor.check(Asked())]

    assert found() == []
    client.put_bucket_policy(Bucket="lastdrop", Policy=POLICY.replace("images/", ""))
    assert [what.split("/")[-1] for what in found()] == ["doctor.txt can be read."]
    client.delete_bucket_policy(Bucket="lastdrop")
    assert ["cannot be read" in what for what in found()] == [True]
    client.put_bucket_policy(Bucket="lastdrop", Policy=POLICY)
    assert list(bucket.names()) == []

    with monkeypatch.context() as patch:
        patch.setattr(bucket, "access_key", "somebody-else")
        patch.setattr(bucket, "_bucket", None)
        patch.setattr(bucket._connections, "connection", None)
        assert ["cannot write" in what for what in found()] == [True]
