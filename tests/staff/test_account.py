"""A face that somebody of the staff puts in is looked at like any other picture."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.users.models import UserProfile

from tests.campaigns.cms.pages.test_images import BROKEN, packed
from tests.campaigns.pages.test_images import ORIENTATION, photograph

pytestmark = pytest.mark.django_db

ACCOUNT = "/admin/account/"


def bomb() -> bytes:
    out = BytesIO()
    Image.new("1", (6000, 5000)).save(out, "PNG")
    return out.getvalue()


REFUSED = BROKEN | {"bomb.png": bomb(), "big.png": packed("PNG") + b"0" * 5 * 1024 * 1024}


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def put_in(client: Client, file: SimpleUploadedFile):
    data = {"name_email-first_name": "Ada", "name_email-last_name": "Lovelace"}
    data |= {"name_email-email": "ada@example.org", "theme-theme": "system"}
    data |= {
        "theme-contrast": "system",
        "theme-density": "default",
        "locale-preferred_language": "",
    }
    data |= {"locale-current_time_zone": "", "avatar-avatar": file}
    return client.post(ACCOUNT, data)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_of_ours_is_a_form_error(admin_client, name):
    response = put_in(admin_client, SimpleUploadedFile(name, REFUSED[name]))

    assert response.status_code == 200
    panels = [panel for panels in response.context["panels_by_tab"].values() for panel in panels]
    (form,) = (panel.get_form() for panel in panels if panel.name == "avatar")
    assert "avatar" in form.errors
    assert not UserProfile.objects.exclude(avatar="").exists()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_face_tells_nothing_about_where_it_was_taken(admin_client, kind):
    sent = photograph(kind)
    assert Image.open(BytesIO(sent)).getexif()[ORIENTATION] == 6

    response = put_in(admin_client, SimpleUploadedFile(f"face.{kind.lower()}", sent))

    assert response.status_code == 302
    with UserProfile.objects.get().avatar.open() as file, Image.open(file) as kept:
        assert (kept.size, dict(kept.getexif())) == ((100, 200), {})
