"""Contacts are shared: a changed email address does not receive signers' data unnoticed."""

import re

import pytest
from django.contrib.messages import WARNING, get_messages
from django.core import mail
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.forwarding import notices
from campaigns.models import Contact, Tally
from campaigns.petitions import immediate_actions
from campaigns.petitions.tally import StopReason
from campaigns.privacy import erasing
from campaigns.workflow import notices as staff_notices
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.contacts.test_contacts import target
from tests.campaigns.forwarding.test_forwarding import forwarding, send
from tests.database import taken_back
from tests.factories import make_contact, make_signature

pytestmark = pytest.mark.django_db


def address(contact: Contact) -> str:
    return reverse("wagtailsnippets_campaigns_contact:edit", args=[contact.pk])


def change(client, contact: Contact, **typed: str) -> list[str]:
    """Return the words of the warning: before, at the email address, and after."""
    form = client.get(address(contact)).content.decode()
    kept = {"name": contact.name, "role": contact.role, "email": contact.email}
    response = client.post(address(contact), kept | {"postal_address": ""} | typed)
    assert response.status_code == 302
    warnings = [str(each) for each in get_messages(response.wsgi_request) if each.level >= WARNING]
    return [*re.findall("Signatures are emailed to the targets", form), *warnings]


def entries(instance) -> list[tuple]:
    found = ModelLogEntry.objects.for_instance(instance).order_by("pk")
    return [(entry.action, entry.user_id, entry.data) for entry in found]


def test_a_new_address_of_a_contact_stops_the_emails_until_they_are_started_again(client):
    contact = make_contact()
    petition = forwarding(targets=[target(contact)])
    make_signature(petition, name="Ada")
    editor, manager = make_user("editor", "Editors"), make_user("manager", "Campaign managers")
    client.force_login(editor)

    said = change(client, contact, email="thief@mailbox.example")
    sent = send()
    told = [notices.tell_due() for _twice in range(2)]
    staff_notices.send_due()
    notice = mail.outbox[0]
    client.force_login(manager)
    screen = client.get(
        reverse("wagtailsnippets_campaigns_petition:forwarding", args=[petition.pk])
    )
    immediate_actions.start_forwarding(petition, hourly=3600, together=2, by=manager)

    assert sent == []
    assert said[0] == "Signatures are emailed to the targets"
    assert said[1].strip().startswith(f"The email address of {contact} has changed. So the emails")
    assert (told, notice.to) == ([0, None], ["manager@example.org"])
    assert "stopped: the email address of a contact was changed. Give" in notice.body
    assert ": the email address of a contact was changed. Give" in screen.content.decode()
    assert [each.to for each in send()] == [["thief@mailbox.example"]]
    why = {"reason": StopReason.CHANGED}
    assert entries(petition)[-2] == ("petition.forwarding_stopped", editor.pk, why)
    assert ("contact.email_changed", editor.pk, {}) in entries(contact)


def test_other_changes_and_those_of_other_contacts_stop_nothing(client):
    contact, other = make_contact(), make_contact("John Roe", email="john@ministry.example")
    forwarding(targets=[target(contact)])
    client.force_login(make_user("editor", "Editors"))

    said = change(client, contact, name="Jane Roe", role="Opposition")
    said += change(client, other, email="roe@ministry.example")
    other.delete()

    assert Tally.objects.get().forwarding_at is not None
    assert said == ["Signatures are emailed to the targets"]


def test_a_deleted_contact_stops_the_emails_too_however_it_goes(client):
    contact = make_contact()
    petition = forwarding(targets=[target(contact)])
    make_signature(petition, name="Ada")
    manager = make_user("manager", "Campaign managers")
    client.force_login(manager)
    one = reverse("wagtailsnippets_campaigns_contact:delete", args=[contact.pk])
    here = reverse("wagtailsnippets_campaigns_petition:forwarding", args=[petition.pk])
    several = reverse("wagtail_bulk_action", args=["campaigns", "contact", "delete"])
    other = make_contact("John Roe", email="john@ministry.example")
    asked = [
        client.get(way).content.decode()
        for way in (
            one,
            f"{several}?id={contact.pk}&id={other.pk}",
            reverse("wagtailsnippets_campaigns_contact:delete", args=[other.pk]),
            f"{several}?id={other.pk}",
        )
    ]
    other.delete()

    said = f"Signatures are emailed to {contact}. If you delete this contact, the emails to all"
    assert [page.count(said) for page in asked] == [1, 1, 0, 0]
    for way, by in (
        (lambda: client.post(one), manager.pk),
        (lambda: client.post(f"{several}?id={contact.pk}&next=/admin/"), manager.pk),
        (lambda: erasing.erase(contact.email), None),
    ):
        with taken_back():
            way()
            told = notices.tell_due()
            staff_notices.send_due()
            notice = mail.outbox.pop()
            screen = " ".join(client.get(here).content.decode().split())
            tally = Tally.objects.get()

            assert not Contact.objects.exists()
            assert (tally.forwarding_at, tally.forwarding_failed_at is None) == (None, False)
            why = {"reason": StopReason.DELETED}
            assert entries(petition)[-1] == ("petition.forwarding_stopped", by, why)
            assert (told, notice.to) == (0, ["manager@example.org"])
            assert "stopped: a contact was deleted. Give each target of the letter" in notice.body
            assert ": a contact was deleted. Give each target of the letter" in screen
            assert screen.count('<p class="help-block help-warning">') == 2
