"""A forgotten password is reset by email, even if the mail server is down for a while."""

import re

import pytest
from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.users.models import UserProfile

from staff import security_mails
from staff.users import changes
from staff.users.forms import ForgottenPasswordForm

pytestmark = pytest.mark.django_db

FORM = "/admin/password_reset/"


@pytest.fixture
def forgetful(manager, settings) -> User:
    settings.WAGTAILADMIN_BASE_URL = "https://example.org"
    manager.email = "canary@example.org"
    manager.save()
    return manager


def waiting() -> list[dict[str, str]]:
    return list(ProcrastinateJob.objects.values_list("args", flat=True))


def test_a_link_for_a_new_password_comes_in_the_language_of_its_reader(
    client, forgetful, smtp_server
):
    profile = UserProfile.get_for_user(forgetful)
    profile.preferred_language = "de"
    profile.save()

    response = client.post(FORM, {"email": "Canary@example.org"})
    (job,) = waiting()
    security_mails.send_links(**job)

    (mail,) = smtp_server.messages
    text = mail.get_content()
    link = re.search(r"https://example\.org(/admin/password_reset/confirm/\S+)", text)[1]
    assert response["Location"] == "/admin/password_reset/done/"
    assert (mail["To"], mail["Subject"]) == ("canary@example.org", "Passwort zurückgesetzt")
    assert client.get(link, follow=True).context["validlink"]
    assert forgetful.username in text


def test_a_new_password_is_saved_together_with_its_entry_in_the_log(manager, monkeypatch):
    good = "a sentence of some length"
    form = ForgottenPasswordForm(manager, {"new_password1": good, "new_password2": good})
    assert form.is_valid()
    monkeypatch.setattr(changes, "log", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        form.save()

    manager.refresh_from_db()
    assert manager.check_password("password")


def test_with_the_mail_server_down_the_link_waits_and_arrives_later(
    client, forgetful, settings, smtp_server, caplog
):
    settings.EMAIL_PORT, works = 9, settings.EMAIL_PORT
    client.post(FORM, {"email": "canary@example.org"})
    (job,) = waiting()

    with pytest.raises(security_mails.NotTaken):
        security_mails.send_links(**job)
    logged = caplog.text
    settings.EMAIL_PORT = works
    security_mails.send_links(**job)

    assert len(smtp_server.messages) == 1
    assert "canary" not in logged + str(job)


def test_nobody_fills_a_mailbox_with_links(client, forgetful, smtp_server):
    for _ in range(7):
        client.post(FORM, {"email": "canary@example.org"})

    for job in waiting():
        security_mails.send_links(**job)

    assert len(smtp_server.messages) == 5


def test_nothing_tells_whether_somebody_has_an_account(client, forgetful, smtp_server):
    User.objects.filter(pk=forgetful.pk).update(is_active=False)
    emails = ("canary@example.org", "nobody@example.org")

    answers = [client.post(FORM, {"email": email}) for email in emails]
    for job in waiting():
        security_mails.send_links(**job)

    assert [each["Location"] for each in answers] == ["/admin/password_reset/done/"] * 2
    assert [set(job) for job in waiting()] == [{"address"}, {"address"}]
    assert smtp_server.messages == []
