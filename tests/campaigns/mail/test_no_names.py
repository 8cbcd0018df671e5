"""DNS is down: emails wait for it, and reading, signing and the CMS need no DNS."""

import socket

import pytest
from django.urls import reverse

from campaigns.mail.sending import LONGEST_PAUSE, Sender
from campaigns.models import OutgoingMail, Signature
from campaigns.signing import signing
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db
NUMBERS = {"127.0.0.1", "::1", "localhost", None}


def test_a_mail_server_that_no_name_leads_to_is_waited_for(smtp_server, settings, caplog):
    petition = make_petition()
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    # No such name exists, or ever will (RFC 2606).
    known, settings.EMAIL_HOST = settings.EMAIL_HOST, "mail.invalid"
    sender = Sender()

    waits = [sender.send_due() for _ in range(5)]
    tried = list(OutgoingMail.objects.values_list("attempts", "outcome", "leased_until"))
    settings.EMAIL_HOST = known
    sender.send_due()

    assert waits == [1, 2, 4, 8, LONGEST_PAUSE]
    assert tried == [(0, "", None)]
    assert "The mail server cannot be reached: gaierror" in caplog.text
    assert [message["To"] for message in smtp_server.messages] == ["ada@example.org"]


def test_reading_signing_and_the_cms_ask_for_no_name(client, admin_client, monkeypatch):
    page = make_campaign()
    petition = page.petition
    asked, find = [], socket.getaddrinfo

    def gone(host: str | None, *args: object, **options: object) -> list:
        if host in NUMBERS:
            return find(host, *args, **options)
        asked.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", gone)
    with pytest.raises(socket.gaierror):
        socket.create_connection(("example.org", 80))
    asked.clear()
    typed = {"name": "Ada", "email": "ada@example.net", "consent": "on"}
    typed |= {"version": petition.version.pk, "country": "DE"}

    read = [client.get(path).status_code for path in (page.url, petition.url_path(), "/")]
    signed = client.post(petition.url_path("sign"), typed).status_code
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    worked = [admin_client.get(path).status_code for path in ("/admin/", edit)]

    assert (read, signed, worked) == ([200] * 3, 303, [200] * 2)
    assert Signature.objects.count() == 1
    assert asked == []
