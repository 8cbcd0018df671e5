"""Pictures and documents in a bucket: written by the site, and read through nginx."""

import signal
import time
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file

from campaigns.mail import inline
from campaigns.models import CustomImage
from campaigns.sharing import emblems
from home.identity import signs
from operations import media
from operations.backups import contents, making
from operations.bucket import Away
from operations.doctor import bucket as doctor
from operations.doctor.findings import Asked
from servers import s3
from servers.nginx import Site
from servers.ports import free_port
from servers.processes import ROOT
from tests.factories import make_image

pytestmark = pytest.mark.django_db
POLICY = (ROOT / "deploy" / "bucket-policy.json").read_text()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.Server]:
    with s3.running(tmp_path_factory.mktemp("s3")) as server:
        yield server


def storages(settings, url: str) -> dict:
    """STORAGES, with the media in a bucket of the server at this URL."""
    options = {
        "bucket_name": "lastdrop",
        "endpoint_url": url,
        "region_name": "us-east-1",
        "access_key": s3.ACCESS_KEY,
        "secret_key": s3.SECRET_KEY,
    }
    kept = {"BACKEND": "operations.bucket.Bucket", "OPTIONS": options}
    return settings.STORAGES | {"default": kept}


@pytest.fixture
def bucket(server, settings):
    settings.S3_BUCKET = "lastdrop"
    settings.STORAGES = storages(settings, server.url)
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
    for place, here in {
        "s3.example.org": server.url.removeprefix("http://"),
        "https://$bucket_server": "http://$bucket_server",
        "proxy_read_timeout 20s": "proxy_read_timeout 1s",
        "valid 200 1h": "valid 200 1s",
    }.items():
        assert place in written
        written = written.replace(place, here)
    (tmp_path / "media.conf").write_text(written)
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
        elsewhere = site.ask("/media/images/nothing%0Aelsewhere.webp")
        posted = site.ask(rendition.url, method="POST")
        time.sleep(1.1)  # The copy is too old by then.
        server.process.signal(signal.SIGSTOP)  # it accepts connections, and never answers
        again = site.ask(rendition.url, method="HEAD")
        server.process.signal(signal.SIGCONT)
    finally:
        site.process.end()

    assert rendition.url.startswith("/media/images/")
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/webp")
    assert shown.headers["Content-Length"] == str(rendition.file.size)
    assert shown.headers["Cache-Control"] == "public, max-age=3600"
    said = {original.status, nothing.status, elsewhere.status, posted.status}
    assert (said, again.status) == ({404}, 200)
    assert not [name for name in shown.headers if name.lower().startswith("x-amz")]


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


def test_without_its_server_pages_and_mails_lack_their_pictures_and_nobody_waits_twice(
    bucket, settings
):
    rendition = make_image().get_rendition("width-90|format-png")
    page = f'<img src="{settings.BASE_URL}{rendition.url}" alt="">'
    settings.STORAGES = storages(settings, f"http://127.0.0.1:{free_port()}")

    with pytest.raises(Away, match="EndpointConnectionError"):
        media.bucket().open(rendition.file.name)
    with pytest.raises(Away, match="a moment ago"):
        media.bucket().save("a", ContentFile(b"a"))
    assert inline.embedded(page)[1] == []
    assert not signs.has_outline(rendition)
    assert emblems.opened(rendition) is None
    assert contents.missing_files(connection.connection, set()) == []
    settings.STORAGES = storages(settings, bucket.endpoint_url)
    assert len(inline.embedded(page)[1]) == 1


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

    def said() -> list[str]:
        return [what.removeprefix(f"Without a key {bucket.endpoint_url}") for what in found()]

    assert said() == []
    client.put_bucket_policy(Bucket="lastdrop", Policy=POLICY.replace("images/*", "*"))
    assert said() == [
        "/lastdrop/documents/doctor.txt can be read.",
        "/lastdrop/original_images/doctor.png can be read.",
    ]
    client.delete_bucket_policy(Bucket="lastdrop")
    assert ["cannot be read" in what for what in found()] == [True]
    client.put_bucket_policy(Bucket="lastdrop", Policy=POLICY)
    assert list(bucket.names()) == []

    with monkeypatch.context() as patch:
        client.create_bucket(Bucket=s3.OPEN)
        patch.setattr(bucket, "bucket_name", s3.OPEN)
        patch.setattr(bucket, "_bucket", None)
        assert len(said()) == 4
        assert ["listed" in said()[2], "write" in said()[3]] == [True, True]
        assert list(bucket.names()) == []

    with monkeypatch.context() as patch:
        patch.setattr(bucket, "access_key", "somebody-else")
        patch.setattr(bucket, "_bucket", None)
        patch.setattr(bucket._connections, "connection", None)
        assert ["cannot write" in what for what in found()] == [True]
