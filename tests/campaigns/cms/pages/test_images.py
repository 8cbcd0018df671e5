"""Uploaded pictures are pictures, or the form says what is wrong."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns.models import CustomImage

pytestmark = pytest.mark.django_db

ADD = "/admin/images/add/"
MANY = "/admin/images/multiple/add/"


def packed(kind: str, size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **options)
    return out.getvalue()


BROKEN = {
    "beheaded.png": packed("PNG")[:60],
    "cut.png": packed("PNG")[:-400],
    "cut.jpg": packed("JPEG")[:3000],
    "cut.webp": packed("WEBP")[:3000],
    "noise.gif": b"GIF89a\x01\x00\x01\x00" + b"\xff" * 96,
    "page.png": b"<html><script>alert(1)</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "nothing.png": b"",
    "moving.png": packed("PNG", save_all=True, append_images=[Image.new("RGB", (400, 300))]),
}


def test_a_broken_picture_is_a_form_error(admin_client):
    for name, content in BROKEN.items():
        one, many = (SimpleUploadedFile(name, content) for _ in range(2))

        one = admin_client.post(ADD, {"title": "Broken", "file": one})
        many = admin_client.post(
            MANY, {"files[]": many}, headers={"X-Requested-With": "XMLHttpRequest"}
        )

        assert (one.status_code, "file" in one.context["form"].errors) == (200, True), name
        assert (many.status_code, many.json()["success"]) == (200, False), name
        assert not CustomImage.objects.exists(), name


def test_too_many_pixels_in_few_bytes_are_refused(admin_client):
    out = BytesIO()
    Image.new("1", (6000, 5000)).save(out, "PNG")
    file = SimpleUploadedFile("bomb.png", out.getvalue())

    response = admin_client.post(ADD, {"title": "Bomb", "file": file})

    assert len(out.getvalue()) < 100_000
    assert "too many pixels" in str(response.context["form"].errors["file"])


def test_a_picture_of_which_there_is_no_webp_is_refused(admin_client):
    out = BytesIO()
    Image.new("1", (1, 20_000)).save(out, "PNG")
    file = SimpleUploadedFile("line.png", out.getvalue())

    response = admin_client.post(ADD, {"title": "Line", "file": file})

    assert "longer than 16,383 pixels" in str(response.context["form"].errors["file"])


def test_no_picture_has_copies_that_nginx_does_not_serve(admin_client):
    file = SimpleUploadedFile("«».png", packed("PNG"))

    admin_client.post(ADD, {"title": "Quotes", "file": file, "description": "Two marks"})

    rendition = CustomImage.objects.get().get_rendition("width-100")
    assert rendition.file.name.startswith("images/file")


def test_more_than_five_megabytes_are_refused(admin_client):
    file = SimpleUploadedFile("noise.png", packed("PNG") + b"0" * 5 * 1024 * 1024)

    response = admin_client.post(ADD, {"title": "Noise", "file": file})

    assert "too big" in str(response.context["form"].errors["file"])


def test_a_page_behind_a_picture_is_not_kept(admin_client):
    file = SimpleUploadedFile("both.gif", packed("GIF") + b"<script>alert(1)</script>")

    admin_client.post(ADD, {"title": "Both", "file": file})

    kept = [image.file.read() for image in CustomImage.objects.all()]
    assert [b"<script" in data for data in kept] in ([], [False])


def test_what_is_known_of_the_file_is_true_of_what_is_kept(admin_client):
    file = SimpleUploadedFile("good.jpg", packed("JPEG"))

    admin_client.post(ADD, {"title": "Good", "file": file})

    image = CustomImage.objects.get()
    assert (image.file_size, image.width) == (image.file.size, 400)
    kept = image.file_hash
    image._set_file_hash()
    assert image.file_hash == kept
