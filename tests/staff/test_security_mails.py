"""Users get an email when their second factor changes, in case they did not change it."""

import pytest
from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.users.models import UserProfile

from staff import second_factor, security_mails
from staff.models import Phone
from tests.staff.conftest import code, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


@pytest.fixture
def mailed(manager, settings) -> User:
    settings.WAGTAILADMIN_BASE_URL = "https://example.org"
    manager.email = "canary@example.org"
    manager.save()
    return manager


def waiting() -> list[dict[str, object]]:
    return list(ProcrastinateJob.objects.values_list("args", flat=True))


def test_a_change_puts_a_mail_into_the_queue_which_knows_no_address(mailed, phone):
    second_factor.reset(mailed, by=None)

    assert waiting() == [{"user": mailed.pk, "what": "second_factor_reset"}]


def test_nobody_without_an_address_is_written_to(manager):
    manager.email = ""
    second_factor.reset(manager, by=None)

    assert waiting() == []


@pytest.mark.parametrize("what", security_mails.SAID)
def test_the_mail_says_what_was_changed_and_what_to_do(mailed, smtp_server, what):
    security_mails.send(user=mailed.pk, what=what)

    [mail] = smtp_server.messages
    text = mail.get_body(("plain",)).get_content()
    subject = mail["Subject"].strip()  # Python 3.11 keeps the space of a folded line.
    assert (mail["To"], subject) == ("canary@example.org", str(security_mails.SAID[what]))
    assert text.startswith(f"{security_mails.SAID[what]}.")
    assert "change it, and tell an administrator of the site at once" in " ".join(text.split())
    page = "second-factor" if what in security_mails.OF_THE_SECOND_FACTOR else "account"
    assert f"https://example.org/admin/{page}/" in text


def test_who_may_enter_the_cms_no_more_is_led_to_none_of_its_pages(mailed, smtp_server):
    mailed.groups.clear()
    mailed.user_permissions.clear()

    security_mails.send(user=mailed.pk, what="rights_changed")

    [mail] = smtp_server.messages
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert "tell an administrator of the site at once" in " ".join(text.split())
        assert "/admin/account/" not in text


def test_without_a_second_factor_the_mail_leads_to_a_page_that_is_there(
    client, mailed, smtp_server, settings
):
    settings.SECOND_FACTOR = False
    client.force_login(mailed)

    security_mails.send(user=mailed.pk, what="sso_linked")

    text = smtp_server.messages[0].get_body(("plain",)).get_content()
    assert client.get(text.split("https://example.org")[1].strip()).status_code == 200


def test_the_mail_is_in_the_language_of_its_reader(mailed, smtp_server):
    profile = UserProfile.get_for_user(mailed)
    profile.preferred_language = "de"
    profile.save()

    security_mails.send(user=mailed.pk, what="passkey_added")

    [mail] = smtp_server.messages
    assert 'lang="de"' in mail.get_body(("html",)).get_content()


def test_a_dead_mail_server_stops_no_change_and_the_mail_comes_later(
    client, mailed, settings, caplog
):
    settings.EMAIL_BACKEND = "campaigns.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    sign_in(client, mailed)
    client.get("/admin/second-factor/set-up/")
    device = Phone.objects.get()

    client.post("/admin/second-factor/set-up/", {"code": code(device)})

    assert second_factor.phones(mailed).get() == device
    with pytest.raises(security_mails.NotTaken):
        security_mails.send(**waiting()[0])
    assert "canary" not in caplog.text


def test_who_has_left_meanwhile_gets_none(mailed, smtp_server):
    mailed.is_active = False
    mailed.save()

    security_mails.send(user=mailed.pk, what="passkey_added")

    assert smtp_server.messages == []
