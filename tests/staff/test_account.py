"""One's own account: avatars are checked like all pictures, a new email address is announced."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.users.models import UserProfile

from staff import sealing, security_mails
from tests.campaigns.cms.pages.test_images import BROKEN, packed
from tests.campaigns.pages.test_images import ORIENTATION, photograph
from tests.staff.conftest import account_data

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
    return client.post(ACCOUNT, account_data() | {"avatar-avatar": file})


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


def test_the_email_of_before_is_told_of_another_one(client, manager, smtp_server):
    manager.email = "canary@example.org"
    manager.save()
    client.force_login(manager)

    client.post(ACCOUNT, account_data())
    client.post(ACCOUNT, account_data())

    manager.refresh_from_db()
    [waiting] = ProcrastinateJob.objects.values_list("args", flat=True)
    assert (manager.email, "example.org" in str(waiting)) == ("ada@example.org", False)
    security_mails.send(**waiting)
    [mail] = smtp_server.messages
    subject = mail["Subject"].strip()
    assert (mail["To"], subject) == (
        "canary@example.org",
        "The email address of your account was changed",
    )


def test_another_email_asks_for_the_password_where_there_is_no_second_step(client, manager):
    manager.email = "canary@example.org"
    manager.save()
    client.force_login(manager)
    said = "To change the email address, type your current password."

    found = []
    for typed in ("", "guessed"):
        answer = client.post(ACCOUNT, account_data(**{"name_email-current_password": typed}))
        found.append(said in answer.content.decode())
    same = {"name_email-email": manager.email, "name_email-current_password": ""}
    named = client.post(ACCOUNT, account_data(**same))

    manager.refresh_from_db()
    assert (found, named.status_code) == ([True, True], 302)
    assert (manager.email, manager.first_name) == ("canary@example.org", "Ada")
    assert not ProcrastinateJob.objects.exists()


def test_it_is_told_also_where_an_administrator_changes_the_email(admin_client, manager):
    manager.email = "before@example.org"
    manager.save()
    data = {"username": manager.username, "first_name": "A", "last_name": "B", "is_active": "on"}
    data["groups"] = str(manager.groups.get().pk)

    for email in ("before@example.org", "after@example.org"):
        admin_client.post(f"/admin/users/edit/{manager.pk}/", data | {"email": email})

    manager.refresh_from_db()
    [waiting] = ProcrastinateJob.objects.values_list("args", flat=True)
    assert (manager.email, waiting["user"]) == ("after@example.org", manager.pk)
    assert sealing.opened(waiting["before"]) == b"before@example.org"
